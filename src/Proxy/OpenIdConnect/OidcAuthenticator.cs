using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Believes the session cookie of a login at one of the providers that the rule wants, else the host.</summary>
/// <param name="sessions">The sessions.</param>
/// <param name="refresher">Keeps their tokens fresh.</param>
/// <param name="providers">All providers.</param>
/// <param name="wanted">Those that the rule names; empty where it names none.</param>
/// <param name="guests">Lets people in without a login; null where the rule wants none.</param>
internal sealed class OidcAuthenticator(
    LiveSessions sessions, SessionRefresher refresher, OidcProviders providers, IReadOnlyList<OidcProvider> wanted, GuestDoor? guests = null) : IAuthenticator
{
    // What one provider says of somebody, groups above all, means nothing where another's word is wanted.
    private static readonly AuthenticationOutcome.NotMine OfAnotherProvider =
        new("the session is of another provider than the rule wants") { Refusal = ProxyRefusals.ProviderNotAccepted };

    public string Name => OidcAuthenticatorKind.KindName;

    public bool GivesSession => true;

    public bool AdmitsGuests => guests is not null;

    /// <summary>The providers whose sessions count; people log in at the first.</summary>
    public IReadOnlyList<OidcProvider> ProvidersOn(string host) => wanted.Count > 0 ? wanted : providers.On(host);

    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        try
        {
            return await sessions.FindAsync(request.Received.Headers, request.Received.Address.Host, cancellation) switch
            {
                SessionLookup.Live live when !IsWanted(live.Session, request.Received.Address.Host) => OfAnotherProvider,
                SessionLookup.Live live => Outcome(live, await refresher.AdmitAsync(live, request.Received.Address.Host, cancellation)),
                SessionLookup.Guest guest when guests is not null => new AuthenticationOutcome.Accepted(guest.Session.Subject, ConsumedCredentials.SessionCookie),
                SessionLookup.Guest => new AuthenticationOutcome.NotMine("the session is a guest's, and the rule wants somebody who has logged in"),
                SessionLookup.None none when guests is not null => await guests.AdmitAsync(context, request, none.Why, cancellation),
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

    private static AuthenticationOutcome Outcome(SessionLookup.Live live, FreshnessOutcome? freshness) => freshness switch
    {
        null => Accept(live),
        FreshnessOutcome.Fresh fresh => Accept(live with { Session = fresh.Session }),
        FreshnessOutcome.Ended ended => new AuthenticationOutcome.NotMine(ended.Why),
        FreshnessOutcome.ProviderUnavailable unavailable => new AuthenticationOutcome.Rejected(ProxyRefusals.ProviderUnavailable, unavailable.Why),
        FreshnessOutcome.StoreUnavailable unavailable => new AuthenticationOutcome.Rejected(ProxyRefusals.SessionStoreUnavailable, unavailable.Why),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static AuthenticationOutcome.Accepted Accept(SessionLookup.Live live) =>
        new(live.Session.Subject, ConsumedCredentials.SessionCookie) { Login = live };

    private bool IsWanted(Session session, string host)
    {
        foreach (var provider in ProvidersOn(host))
        {
            if (provider.VouchesFor(session))
            {
                return true;
            }
        }

        return false;
    }
}
