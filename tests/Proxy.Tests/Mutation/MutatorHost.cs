using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Tests.Mutation;

/// <summary>Runs one mutator over one request.</summary>
internal static class MutatorHost
{
    public static IMutator Make(IHandlerKind<IMutator> kind, string config, RuleForm form = RuleForm.AuthProxy)
    {
        var use = Requests.Use(config, form);
        return kind.Prepare(use) ?? throw new InvalidOperationException(string.Join('\n', use.Faults));
    }

    public static async Task<(MutationOutcome Outcome, ProxiedRequest Request)> RunAsync(
        IMutator mutator, Subject? subject = null, string target = "/", Action<ProxiedRequest>? before = null, params (string, string)[] headers)
    {
        var (context, request) = Requests.Create(target: target, headers: headers);
        request.Subject = subject ?? Requests.Alice();
        request.Match = new RuleMatch(PreparedRules.Empty, new PreparedRule(Requests.Rule(), [], [], null, [], [], null) { Revision = 1 }, default);
        before?.Invoke(request);
        return (await mutator.MutateAsync(context, request, CancellationToken.None), request);
    }

    /// <summary>The faults of a use that makes no mutator.</summary>
    public static string FaultsOf(IHandlerKind<IMutator> kind, string config, RuleForm form = RuleForm.AuthProxy)
    {
        var use = Requests.Use(config, form);
        Assert.Null(kind.Prepare(use));
        return string.Join('\n', use.Faults);
    }
}
