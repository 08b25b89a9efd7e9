using AuthProxy.Rules.Loading;

namespace AuthProxy.Rules.Tests.Loading;

/// <summary>A header that one rule sets is taken from the clients of all: whose header it is, is decided where the source is named.</summary>
public class HeaderLimitTests
{
    private static readonly RuleSourceLimits Bank = new() { Hosts = ["bank.test"] };

    [Theory]
    [InlineData("X-Bank-User", true)]
    [InlineData("Authorization", true)]
    [InlineData("cookie", true)]
    [InlineData("X-CSRF-Token", false)]
    [InlineData("x_csrf_token", false)]
    [InlineData("X.Requested.With", false)]
    [InlineData("If-None-Match", false)]
    [InlineData("Remote-User", false)]
    public void Limited_source_without_the_key_may_set_what_clients_do_not_send(string header, bool allowed) => Assert.Equal(allowed, Sets(header, Bank));

    [Theory]
    [InlineData("X-Bank-User", true)]
    [InlineData("x_bank_user", true)]
    [InlineData("X-Bank-Team-Name", true)]
    [InlineData("X-CSRF-Token", true)]
    [InlineData("X-Shop-User", false)]
    [InlineData("X-Bank", false)]
    [InlineData("Authorization", true)]
    public void Listed_headers_and_beginnings_may_be_set_and_no_others(string header, bool allowed) =>
        Assert.Equal(allowed, Sets(header, Bank with { Headers = ["X-Bank-*", "x-csrf-token"] }));

    [Theory]
    [InlineData("*"), InlineData("")]
    public void Star_alone_is_no_beginning(string limit) => Assert.False(Sets("X-Any", Bank with { Headers = [limit] }));

    [Fact]
    public void Source_without_limits_may_set_any_header() => Assert.True(Sets("X-CSRF-Token", RuleSourceLimits.None));

    [Fact]
    public void Header_that_an_authorizers_answer_sets_counts_too() =>
        Assert.Contains("rule 'r': authorizers[0] sets X-Requested-With, a header that this source may not take from everybody's clients", Assert.Single(Loads.Faults(
            Ours("authorizers: [{ handler: remote, config: { forward_response_headers_to_upstream: [X-Requested-With] } }]", Bank))), StringComparison.Ordinal);

    [Fact]
    public void Every_rule_knows_what_its_source_may_speak_about() =>
        Assert.Equal(Bank, Loads.Set(Ours("mutators: [noop]", Bank)).Rules.Single().Limits);

    private static bool Sets(string header, RuleSourceLimits limits) => Ours($"mutators: [{{ handler: header, config: {{ headers: {{ {header}: a }} }} }}]", limits).Set is not null;

    private static RuleLoad Ours(string more, RuleSourceLimits limits) => RuleFileReader.LoadText(
        $"version: authproxy/v1\nrules:\n- {{ id: r, match: {{ host: bank.test, path: / }}, authenticators: [oidc], upstream: 'http://127.0.0.1:4470', {more} }}", "rules.yaml", limits);
}
