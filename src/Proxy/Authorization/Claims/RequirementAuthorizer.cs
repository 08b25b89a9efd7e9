using System.Globalization;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.Authorization.Claims;

/// <summary>What the subject's claims must say, and how it must have signed in: the rule's <c>require</c>, and the authorizer <c>claims</c>.</summary>
internal sealed class RequirementAuthorizer(string name, Requirement requirement, TimeProvider clock) : IAuthorizer
{
    private readonly Refusal _insufficient = ProxyRefusals.AuthenticationInsufficient with { Challenge = ChallengeOf(requirement.Authentication) };

    public string Name => name;

    public ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var subject = request.Subject;
        return new(requirement.Check(subject.Claims, subject.Authentication ?? AuthenticationFacts.Of(subject.Claims), clock.GetUtcNow()) switch
        {
            RequirementOutcome.Met => AuthorizationOutcome.Allowed.Instance,
            RequirementOutcome.NotMet notMet => new AuthorizationOutcome.Refused(ProxyRefusals.RequirementNotMet, $"claim '{notMet.Claim}': {notMet.Why}"),
            RequirementOutcome.AuthenticationInsufficient insufficient => AskForLogin(request, insufficient.Why),
            _ => new AuthorizationOutcome.Refused(ProxyRefusals.RequirementNotMet, "the requirement gave no answer"),
        });
    }

    private AuthorizationOutcome.Refused AskForLogin(ProxiedRequest request, string why)
    {
        request.WantedAuthentication = requirement.Authentication;
        return new AuthorizationOutcome.Refused(_insufficient, why);
    }

    // RFC 9470, section 3. The values were held to what fits between quotation marks when the rule was read.
    private static string? ChallengeOf(AuthenticationRequirement? authentication) =>
        authentication is null ? null
        : ProxyRefusals.AuthenticationInsufficient.Challenge
            + (authentication.AcrValues.Count > 0 ? $", acr_values=\"{string.Join(' ', authentication.AcrValues)}\"" : "")
            + (authentication.MaximumAge is { } age ? string.Create(CultureInfo.InvariantCulture, $", max_age=\"{(long)age.TotalSeconds}\"") : "");
}
