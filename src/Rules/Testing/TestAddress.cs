namespace AuthProxy.Rules.Testing;

/// <summary>A whole address taken apart without changing a byte of it: what is odd about it is what is to be tried.</summary>
/// <param name="Scheme">http or https; null where nothing says.</param>
/// <param name="Host">The host with its port as written; may be empty.</param>
/// <param name="Target">Path and query as written.</param>
public sealed record TestAddress(string? Scheme, string Host, string Target)
{
    /// <summary>Null where the text is no http address with a host and without user information.</summary>
    public static TestAddress? TryParse(string url)
    {
        var scheme = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https"
            : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http"
            : null;
        if (scheme is null)
        {
            return null;
        }

        var rest = url[(scheme.Length + "://".Length)..];
        var end = rest.AsSpan().IndexOfAny("/?#\\");
        var host = end < 0 ? rest : rest[..end];
        var target = end < 0 ? "/" : rest[end] == '/' ? rest[end..] : "/" + rest[end..];
        return host.Length == 0 || host.Contains('@') ? null : new TestAddress(scheme, host, target);
    }
}
