using AuthProxy.Proxy.Authorization.Keto;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Tests.Authorization.Keto;

public class KetoAuthorizerTests
{
    [Fact]
    public void Use_is_one_fault_that_shows_what_to_write_for_this_very_rule()
    {
        var fault = FaultOf("""{ base_url: "http://keto.test/", required_action: "users:$2", required_resource: "users:$1", flavor: exact }""");

        Assert.Contains("""{"handler":"remote_json","config":{"remote":"http://keto.test/relation-tuples/check","payload":""", fault, StringComparison.Ordinal);
        Assert.Contains("users:{{ printIndex .MatchContext.RegexpCaptureGroups (sub 2 1 | int)}}", fault, StringComparison.Ordinal);
        Assert.Contains("users:{{ printIndex .MatchContext.RegexpCaptureGroups (sub 1 1 | int)}}", fault, StringComparison.Ordinal);
        Assert.Contains("{{ print .Subject }}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_own_subject_stays_its_subject() =>
        Assert.Contains("{{ .Extra.email }}", FaultOf("""{ base_url: "http://keto.test/", required_action: a, required_resource: b, subject: "{{ .Extra.email }}" }"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("{}"), InlineData("{ nonsense: [1, 2] }"), InlineData("{ required_action: [a] }")]
    public void Whatever_is_written_there_is_no_handler(string config) => FaultOf(config);

    private static string FaultOf(string config)
    {
        var use = Requests.Use(config, RuleForm.Oathkeeper);

        Assert.Null(new KetoAuthorizerKind().Prepare(use));
        return Assert.Single(use.Faults).Message;
    }
}
