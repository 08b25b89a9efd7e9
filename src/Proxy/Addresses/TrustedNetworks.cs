using System.Net;

namespace AuthProxy.Proxy.Addresses;

/// <summary>
/// The peers whose X-Forwarded-For, -Host and -Proto are believed: those of the configured networks, nobody by default. A
/// header that anybody may send decides nothing.
/// </summary>
internal sealed class TrustedNetworks(IReadOnlyList<IPNetwork> networks)
{
    public bool Contains(IPAddress? peer) => peer is not null && networks.Count > 0 && ContainsMapped(peer);

    /// <summary>
    /// The client behind a chain of trusted peers: the rightmost address of X-Forwarded-For that is not trusted itself. What
    /// stands left of it is the client's own claim.
    /// </summary>
    public IPAddress ClientBehind(IPAddress peer, string? forwardedFor)
    {
        var client = peer;
        var rest = forwardedFor.AsSpan();
        while (Contains(client) && !rest.IsEmpty)
        {
            var comma = rest.LastIndexOf(',');
            if (!IPAddress.TryParse(rest[(comma + 1)..].Trim(), out var previous))
            {
                return client;
            }

            client = previous;
            rest = comma < 0 ? [] : rest[..comma];
        }

        return client;
    }

    /// <summary>The client as a caller states it whom we believe whatever its address: its own word is the rightmost one.</summary>
    public IPAddress? ClientStatedIn(string forwardedFor)
    {
        var comma = forwardedFor.LastIndexOf(',');
        return IPAddress.TryParse(forwardedFor.AsSpan(comma + 1).Trim(), out var seen)
            ? ClientBehind(seen, comma < 0 ? null : forwardedFor[..comma])
            : null;
    }

    private bool ContainsMapped(IPAddress peer)
    {
        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
