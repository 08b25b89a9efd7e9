using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.Authorization.Claims;

/// <summary>What the subject's claims must say: the rule's <c>require</c>, and the authorizer <c>claims</c>.</summary>
internal sealed class RequirementAuthorizer(string name, Requirement requirement) : IAuthorizer
{
    public string Name => name;

    public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        new(requirement.Check(request.Subject.Claims) switch
        {
            RequirementOutcome.Met => AuthorizationOutcome.Allowed.Instance,
            RequirementOutcome.NotMet notMet => new AuthorizationOutcome.Refused(ProxyRefusals.RequirementNotMet, $"claim '{notMet.Claim}': {notMet.Why}"),
            _ => new AuthorizationOutcome.Refused(ProxyRefusals.RequirementNotMet, "the requirement gave no answer"),
        });
}
