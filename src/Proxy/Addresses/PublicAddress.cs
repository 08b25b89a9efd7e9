namespace AuthProxy.Proxy.Addresses;

/// <summary>One address under which browsers know this Proxy: scheme and host, port only where it is not the scheme's own.</summary>
/// <param name="Scheme"><c>https</c>, or <c>http</c> on loopback.</param>
/// <param name="Host">Lower-case host name, with the port where it is not the scheme's default.</param>
internal sealed record PublicAddress(string Scheme, string Host)
{
    /// <summary>The origin as browsers write it (RFC 6454, section 6.2).</summary>
    public string Origin { get; } = Scheme + "://" + Host;

    /// <summary>The host name without the port.</summary>
    public string HostName { get; } = Host.LastIndexOf(':') is var colon && colon > Host.LastIndexOf(']') ? Host[..colon] : Host;
}
