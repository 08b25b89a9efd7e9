namespace AuthProxy.Rules;

/// <summary>One spelling for one host: a rule must not be escaped by <c>ADMIN.example.com</c> or <c>admin.example.com.</c>.</summary>
internal static class HostText
{
    public static string Normalize(string scheme, string host)
    {
        var name = WithoutPort(host);
        var port = host.AsSpan(name.Length);
        if (port is ":" || (port is ":80" && scheme is "http") || (port is ":443" && scheme is "https"))
        {
            port = [];
        }

        if (name.Length > 1 && name[^1] == '.')
        {
            name = name[..^1];
        }

        return name.Length + port.Length == host.Length
            ? host.ToLowerInvariant()
            : string.Concat(name, port).ToLowerInvariant();
    }

    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        // The colons of an IPv6 address stand in brackets.
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host;
    }
}
