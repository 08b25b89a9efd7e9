using System.Collections.Frozen;
using AuthProxy.Jose;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>All providers that people may log in at, and whose word counts on which host.</summary>
internal sealed class OidcProviders : IDisposable
{
    private readonly FrozenDictionary<string, OidcProvider> _byName;
    private readonly FrozenDictionary<string, IReadOnlyList<OidcProvider>> _byHost;
    private readonly IReadOnlyList<OidcProvider> _elsewhere;

    public OidcProviders(
        OidcSettings settings, PublicAddresses hosts, LoginAddresses addresses, Passages passages, ProviderHttp http, TimeProvider clock, ILoggerFactory logs,
        SigningKeyRing? assertionKeys = null)
    {
        All = [.. settings.Providers.Select(one => new OidcProvider(one, addresses, passages, http, assertionKeys, clock, logs))];
        _byName = All.ToFrozenDictionary(provider => provider.Name, StringComparer.Ordinal);
        _byHost = hosts.All
            .Select(address => (address.Host, Provider: All.FirstOrDefault(provider => provider.Settings.IsFor(address))))
            .Where(pair => pair.Provider is not null)
            .ToFrozenDictionary(pair => pair.Host, pair => (IReadOnlyList<OidcProvider>)[pair.Provider!], StringComparer.OrdinalIgnoreCase);
        _elsewhere = settings.Preferred.Count > 0 ? Named(settings.Preferred) : [All[0]];
    }

    /// <summary>In the order of the configuration; never empty.</summary>
    public IReadOnlyList<OidcProvider> All { get; }

    /// <summary>The provider of this name; null where there is none.</summary>
    public OidcProvider? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The providers of these names, all of which exist.</summary>
    public IReadOnlyList<OidcProvider> Named(IReadOnlyList<string> names) => [.. names.Select(name => _byName[name])];

    /// <summary>Those whose sessions count on a host where the rule does not say; people log in at the first.</summary>
    public IReadOnlyList<OidcProvider> On(string host) => _byHost.GetValueOrDefault(host, _elsewhere);

    public void Dispose()
    {
        foreach (var provider in All)
        {
            provider.Dispose();
        }
    }
}
