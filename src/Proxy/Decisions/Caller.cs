using System.Collections.Frozen;
using System.Net;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Decisions.Conventions;

namespace AuthProxy.Proxy.Decisions;

/// <summary>A proxy that may ask for decisions: how it proves who it is, about which hosts it may ask, and in which words.</summary>
internal sealed class Caller(DecisionCallerSettings settings, CallerKey? key) : IDisposable
{
    private readonly TrustedNetworks _networks = new(settings.Networks);

    public string Name => settings.Name;

    public Convention Convention => settings.Convention;

    /// <summary>
    /// Whether the peer has proved everything that this caller has to prove. Whoever shows a key wants to be believed for it: with a wrong
    /// one it is a stranger, and not some other caller that needs none and keeps another convention.
    /// </summary>
    public bool Is(Peer peer) =>
        (settings.Networks.Count == 0 || _networks.Contains(peer.Address))
        && (key is null ? !peer.ShowsKey : key.Is(peer.KeyDigest))
        && (settings.Certificate is not { } name || peer.CertificateNames.Contains(name));

    /// <param name="host">A host name in lower case, without a port.</param>
    public bool MayAskAbout(string host) => settings.Hosts.Any(pattern => Covers(pattern, host));

    public void Dispose() => key?.Dispose();

    private static bool Covers(string pattern, string host) =>
        pattern == "*"
        || (pattern.StartsWith("*.", StringComparison.Ordinal)
            ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(pattern, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What the other end of a connection has shown.</summary>
/// <param name="Address">Null for a unix socket.</param>
/// <param name="ShowsKey">Whether there is a key at all.</param>
/// <param name="KeyDigest">Null where no key was shown, or more than one.</param>
/// <param name="CertificateNames">Empty without a client certificate.</param>
internal sealed record Peer(IPAddress? Address, bool ShowsKey, byte[]? KeyDigest, FrozenSet<string> CertificateNames);
