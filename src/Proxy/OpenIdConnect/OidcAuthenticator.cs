using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Believes the session cookie of a login.</summary>
internal sealed class OidcAuthenticator(LiveSessions sessions) : IAuthenticator
{
    public string Name => OidcAuthenticatorKind.KindName;

    public bool GivesSession => true;

    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        try
        {
            return await sessions.FindAsync(request.Received.Headers, request.Received.Address.Host, cancellation) switch
            {
                SessionLookup.Live live => new AuthenticationOutcome.Accepted(live.Session.Subject, ConsumedCredentials.SessionCookie),
                SessionLookup.None none => new AuthenticationOutcome.NotMine(none.Why),
                SessionLookup.Ambiguous => new AuthenticationOutcome.Rejected(ProxyRefusals.CredentialsAmbiguous, "the request carries cookies of two living sessions"),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (SessionStoreException fault)
        {
            // Not knowing is no logout: a page that reloads in a minute must find its session again.
            return new AuthenticationOutcome.Rejected(ProxyRefusals.SessionStoreUnavailable, fault.Message);
        }
    }
}
