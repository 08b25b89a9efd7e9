using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authorization.Combined;

/// <summary>
/// Lets those pass whom one part allows. Where none does, the refusal is the most telling one: who could not decide might have
/// allowed, so a fault goes before a no. What a part that did not allow has told the upstream is taken back.
/// </summary>
internal sealed class AnyOfAuthorizer(IReadOnlyList<AuthorizerPart> parts) : IAuthorizer
{
    public const string CombinationName = "any_of";

    public string Name => CombinationName;

    public IReadOnlyCollection<string> HeaderNames { get; } = [.. parts.SelectMany(part => part.Authorizer.HeaderNames)];

    public async ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var (identity, limits) = (request.Identity.Mark(), request.RateLimit);
        AuthorizationOutcome.Refused? telling = null;
        var tellingLimits = RateLimitHeaders.None;
        foreach (var part in parts)
        {
            var outcome = await part.AskAsync(context, request, cancellation);
            if (outcome is not AuthorizationOutcome.Refused refused)
            {
                return outcome;
            }

            if (telling is null || (telling.IsClearNo && !refused.IsClearNo))
            {
                (telling, tellingLimits) = (refused, request.RateLimit);
            }

            request.Identity.RollBack(identity);
            request.RateLimit = limits;
        }

        request.RateLimit = tellingLimits;
        return telling ?? new AuthorizationOutcome.Refused(ProxyRefusals.AccessDenied, "there is no alternative that could allow it");
    }
}
