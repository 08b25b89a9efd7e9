using System.Collections.Frozen;

namespace AuthProxy.Proxy.OpenIdConnect.BackChannel;

/// <summary>Whose logout tokens are believed, by the name of the provider.</summary>
internal sealed class LogoutTokens(OidcProviders providers, TimeProvider clock)
{
    private readonly FrozenDictionary<string, LogoutTokenChecks> _byProvider = providers.All.ToFrozenDictionary(
        provider => provider.Name, provider => new LogoutTokenChecks(provider.Settings, provider.Discovery.Keys, clock), StringComparer.Ordinal);

    public LogoutTokenChecks? Of(string provider) => _byProvider.GetValueOrDefault(provider);
}
