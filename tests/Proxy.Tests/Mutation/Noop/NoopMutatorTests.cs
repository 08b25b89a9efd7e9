using AuthProxy.Proxy.Mutation.Noop;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Tests.Mutation.Noop;

public class NoopMutatorTests
{
    [Fact]
    public async Task Nothing_is_set()
    {
        var (_, request) = await MutatorHost.RunAsync(MutatorHost.Make(new NoopMutatorKind(), "{}"));

        Assert.Empty(request.Identity.All);
    }

    [Fact]
    public void Settings_of_a_handler_that_has_none_are_a_fault_in_our_rules_and_a_warning_in_oathkeepers()
    {
        var theirs = Requests.Use("{ anything: 1 }", RuleForm.Oathkeeper);

        Assert.NotNull(new NoopMutatorKind().Prepare(theirs));
        Assert.Single(theirs.Faults.Warnings);
        Assert.Contains("not a known key", MutatorHost.FaultsOf(new NoopMutatorKind(), "{ anything: 1 }"), StringComparison.Ordinal);
    }
}
