using System.Globalization;

namespace AuthProxy.Demo;

/// <summary>A cookie as a server set it.</summary>
internal sealed record JarCookie(string Host, string Name, string Value, string Path, IReadOnlyDictionary<string, string> Attributes);

/// <summary>
/// Cookies of one browser, by host (ports make no difference to cookies). Open to inspection, and like browsers it treats
/// loopback names as safe enough for Secure cookies.
/// </summary>
internal sealed class CookieJar
{
    private readonly List<JarCookie> _cookies = [];

    public IReadOnlyList<JarCookie> All => _cookies;

    public IEnumerable<JarCookie> Of(string host) => _cookies.Where(cookie => cookie.Host == host);

    public string? HeaderFor(Uri url)
    {
        var fitting = Of(url.Host).Where(cookie => Covers(cookie.Path, url.AbsolutePath)).Select(cookie => $"{cookie.Name}={cookie.Value}").ToArray();
        return fitting.Length == 0 ? null : string.Join("; ", fitting);
    }

    public void Take(Uri url, string setCookie)
    {
        var parts = setCookie.Split(';', StringSplitOptions.TrimEntries);
        var (name, value) = Split(parts[0]);
        var attributes = parts.Skip(1).Select(Split).ToDictionary(part => part.Name.ToLowerInvariant(), part => part.Value, StringComparer.Ordinal);
        var path = attributes.GetValueOrDefault("path") is { Length: > 0 } given ? given : "/";

        _cookies.RemoveAll(cookie => cookie.Host == url.Host && cookie.Name == name && cookie.Path == path);
        if (!IsOver(attributes))
        {
            _cookies.Add(new JarCookie(url.Host, name, value, path, attributes));
        }
    }

    /// <summary>A second browser that holds the same cookies, as a thief would.</summary>
    public CookieJar Copy()
    {
        var copy = new CookieJar();
        copy._cookies.AddRange(_cookies);
        return copy;
    }

    private static bool Covers(string cookiePath, string path) =>
        path.StartsWith(cookiePath, StringComparison.Ordinal) && (cookiePath.EndsWith('/') || path.Length == cookiePath.Length || path[cookiePath.Length] == '/');

    private static bool IsOver(Dictionary<string, string> attributes) =>
        attributes.TryGetValue("max-age", out var age)
            ? !long.TryParse(age, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) || seconds <= 0
            : attributes.TryGetValue("expires", out var expires)
                && DateTimeOffset.TryParse(expires, CultureInfo.InvariantCulture, out var end)
                && end <= TimeProvider.System.GetUtcNow();

    private static (string Name, string Value) Split(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
    }
}
