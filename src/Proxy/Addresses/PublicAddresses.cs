using System.Collections.Frozen;

namespace AuthProxy.Proxy.Addresses;

/// <summary>
/// Every address under which browsers know this Proxy. Rules, redirect URIs and return addresses take scheme and host from
/// here and never from the client; only where none is configured (loopback, Oathkeeper sets) the request's own words count.
/// </summary>
internal sealed class PublicAddresses
{
    private readonly FrozenDictionary<string, PublicAddress> _byHost;
    private readonly FrozenDictionary<string, PublicAddress>.AlternateLookup<ReadOnlySpan<char>> _byHostText;

    public PublicAddresses(IEnumerable<PublicAddress> addresses)
    {
        All = [.. addresses];
        _byHost = All.ToFrozenDictionary(address => address.Host, StringComparer.OrdinalIgnoreCase);
        _byHostText = _byHost.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The configured addresses, in the order of the configuration.</summary>
    public IReadOnlyList<PublicAddress> All { get; }

    /// <summary>The address of a request that names <paramref name="host"/>; null where this host is not served.</summary>
    /// <param name="host">The Host header, or what a trusted network says in its place.</param>
    /// <param name="scheme">What the request came in on: counts only where no address is configured.</param>
    public PublicAddress? Find(string host, string scheme)
    {
        if (!HostText.IsWellFormed(host))
        {
            return null;
        }

        if (All.Count == 0)
        {
            return new PublicAddress(scheme, HostText.WithoutDefaultPort(host, scheme).ToString().ToLowerInvariant());
        }

        if (_byHost.TryGetValue(host, out var address))
        {
            return address;
        }

        // A client may write the scheme's own port; the public URL does not.
        return _byHostText.TryGetValue(HostText.WithoutDefaultPort(host, scheme), out address)
            || _byHostText.TryGetValue(HostText.WithoutDefaultPort(host, "https"), out address)
                ? address
                : null;
    }

    /// <summary>The configured address that an absolute URL points to; null where it points elsewhere.</summary>
    public PublicAddress? Find(Uri url) =>
        _byHost.TryGetValue(url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}", out var address) && address.Scheme == url.Scheme
            ? address
            : null;
}
