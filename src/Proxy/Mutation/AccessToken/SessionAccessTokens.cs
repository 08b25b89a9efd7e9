using System.Diagnostics;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <inheritdoc/>
internal sealed class SessionAccessTokens(SessionRefresher refresher) : IAccessTokens
{
    public async ValueTask<AccessTokenOutcome> ForAsync(ProxiedRequest request, IReadOnlyList<string> audience, CancellationToken cancellation)
    {
        if (request.Login is not { } login)
        {
            return new AccessTokenOutcome.Refused(ProxyRefusals.IdentityUnavailable, "the request belongs to no login, so there is no access token to pass on");
        }

        try
        {
            return Outcome(await refresher.EnsureAsync(login, request.Received.Address.Host, cancellation), audience);
        }
        catch (SessionStoreException fault)
        {
            return new AccessTokenOutcome.Refused(ProxyRefusals.SessionStoreUnavailable, fault.Message);
        }
    }

    private static AccessTokenOutcome Outcome(FreshnessOutcome freshness, IReadOnlyList<string> audience) => freshness switch
    {
        FreshnessOutcome.Fresh { Session.Tokens.AccessToken: { } token } when TokenAudience.WhyOfOthers(token, audience) is { } why => new AccessTokenOutcome.Refused(ProxyRefusals.IdentityUnavailable, why),
        FreshnessOutcome.Fresh { Session.Tokens.AccessToken: { } token } => new AccessTokenOutcome.Given(token),
        FreshnessOutcome.Fresh => new AccessTokenOutcome.Refused(ProxyRefusals.IdentityUnavailable, "the provider gave the session no access token"),
        FreshnessOutcome.Ended ended => new AccessTokenOutcome.Refused(ProxyRefusals.CredentialsMissing, ended.Why),
        FreshnessOutcome.ProviderUnavailable unavailable => new AccessTokenOutcome.Refused(ProxyRefusals.ProviderUnavailable, unavailable.Why),
        FreshnessOutcome.StoreUnavailable unavailable => new AccessTokenOutcome.Refused(ProxyRefusals.SessionStoreUnavailable, unavailable.Why),
        _ => throw new UnreachableException(),
    };
}
