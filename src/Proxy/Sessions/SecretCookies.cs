using AuthProxy.Proxy.Sanitizing;

namespace AuthProxy.Proxy.Sessions;

/// <summary>Our cookies, each of them a random secret; how they are written, and what of a request's is worth reading.</summary>
internal static class SecretCookies
{
    private const int MaximumTwins = 8;

    /// <summary>The session, one secret a host.</summary>
    public const string Session = OwnCookies.Prefix;

    /// <summary>Binds every login that this browser has begun to this browser.</summary>
    public const string Login = OwnCookies.Prefix + "-login";

    /// <summary>A Set-Cookie line. Host only, whole host, never over plain HTTP, never to scripts, never along with another site's sub-requests.</summary>
    public static string Line(string name, string value, TimeSpan? maxAge = null) =>
        maxAge is { } age
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}={value}; Path=/; Max-Age={(long)age.TotalSeconds}; Secure; HttpOnly; SameSite=Lax")
            : $"{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax";

    /// <summary>A Set-Cookie line that takes the cookie away.</summary>
    public static string RemovalLine(string name) => Line(name, "", TimeSpan.Zero);

    /// <summary>
    /// The different secrets that a request carries under a name, in the order sent. Duplicates are survived: a browser may hold a
    /// planted or stale twin that no answer of ours can take away. Values that we cannot have written are as if absent.
    /// </summary>
    public static IReadOnlyList<CookieSecret> Read(IHeaderDictionary headers, string name)
    {
        CookieSecret? first = null;
        List<CookieSecret>? several = null;
        foreach (var line in headers.Cookie)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = (end < 0 ? rest : rest[..end]).Trim(" \t");
                rest = end < 0 ? [] : rest[(end + 1)..];
                if (pair.Length == name.Length + 1 + CookieSecret.TextLength && pair.StartsWith(name, StringComparison.Ordinal)
                    && pair[name.Length] == '=' && CookieSecret.Parse(pair[(name.Length + 1)..]) is { } secret)
                {
                    Keep(secret, ref first, ref several);
                }
            }
        }

        return several ?? (first is null ? [] : (IReadOnlyList<CookieSecret>)[first]);
    }

    private static void Keep(CookieSecret secret, ref CookieSecret? first, ref List<CookieSecret>? several)
    {
        if (first is null)
        {
            first = secret;
        }
        else if (first.StoreKey != secret.StoreKey && several is null)
        {
            several = [first, secret];
        }
        else if (several is { Count: < MaximumTwins } && !several.Exists(known => known.StoreKey == secret.StoreKey))
        {
            several.Add(secret);
        }
    }
}
