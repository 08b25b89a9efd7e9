using System.Buffers;

namespace AuthProxy.Proxy.Addresses;

/// <summary>The text of a Host header (RFC 9110, section 7.2): a name or address, and perhaps a port.</summary>
internal static class HostText
{
    private const int Longest = 260;

    // A host that is a registered name here is a DNS name; brackets and colons are those of an IPv6 address.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._[]:");

    public static bool IsWellFormed(ReadOnlySpan<char> host)
    {
        if (host.IsEmpty || host.Length > Longest || host.ContainsAnyExcept(Allowed))
        {
            return false;
        }

        var port = PortStart(host);
        return port != 0
            && (port < 0 || (host.Length - port is > 1 and <= 6 && !host[(port + 1)..].ContainsAnyExceptInRange('0', '9')))
            && (host[0] == '[' ? host.IndexOf(']') > 0 : !host[..(port < 0 ? host.Length : port)].ContainsAny("[]:"));
    }

    /// <summary>The host without the port that its scheme has anyway.</summary>
    public static ReadOnlySpan<char> WithoutDefaultPort(ReadOnlySpan<char> host, string scheme)
    {
        var port = PortStart(host);
        return port > 0 && host[(port + 1)..].SequenceEqual(scheme == "https" ? "443" : "80") ? host[..port] : host;
    }

    private static int PortStart(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? colon : -1;
    }
}
