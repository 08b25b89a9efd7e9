using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Asks for new tokens at the provider that gave a session its old ones, and nowhere else.</summary>
internal sealed class ProviderRefresher(OidcProviders providers) : ITokenRefresher
{
    public RefreshSettings? SettingsOf(Session session) => ProviderOf(session)?.Settings.Refresh;

    public async ValueTask<RefreshOutcome> RefreshAsync(Session session, CancellationToken cancellation) => ProviderOf(session) is { } provider
        ? await provider.Refresh.RefreshAsync(session, cancellation)
        : new RefreshOutcome.Unavailable("the session's provider is not configured any more") { IsMisconfigured = true };

    private OidcProvider? ProviderOf(Session session) => providers.Find(session.Provider) is { } provider && provider.VouchesFor(session) ? provider : null;
}
