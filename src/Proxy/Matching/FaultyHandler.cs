using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Errors.Json;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching;

/// <summary>Stands where a handler of an invalid rule could not be made: whoever comes this far goes no further.</summary>
internal sealed class FaultyHandler(HandlerUse use) : IAuthenticator, IAuthorizer, IMutator, IErrorHandler
{
    private readonly string _why = $"{use.Key} cannot be used; the fault was told when the rules were loaded";

    public string Name => use.Handler.Length > 0 ? use.Handler : "faulty";

    public bool GivesSession => false;

    /// <summary>What the handler would have set stays taken from clients: another rule for the same upstream must not let them say it.</summary>
    public IReadOnlyCollection<string> HeaderNames { get; } = [.. HeadersSetBy.Of(use)];

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        new(new AuthenticationOutcome.Rejected(ProxyRefusals.RuleInvalid, _why));

    public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        new(new AuthorizationOutcome.Refused(ProxyRefusals.RuleInvalid, _why));

    public ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        new(new MutationOutcome.Refused(ProxyRefusals.RuleInvalid, _why));

    public Responsibility For(HttpContext context, Refusal refusal) => Responsibility.Mine;

    public Task WriteAsync(HttpContext context, RefusalAnswer answer, CancellationToken cancellation)
    {
        context.Response.Headers[RefusalResponder.ReasonHeader] = ProxyRefusals.RuleInvalid.Reason;
        return OathkeeperErrorBody.WriteAsync(context, answer with { Refusal = ProxyRefusals.RuleInvalid }, OathkeeperErrorBody.Generic(ProxyRefusals.RuleInvalid), null, cancellation);
    }
}
