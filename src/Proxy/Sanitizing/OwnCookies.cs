using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>
/// The cookies of the Proxy itself: no upstream sees them, none sets them. Known by their prefix, so that no cookie of ours
/// can be forgotten here.
/// </summary>
internal static class OwnCookies
{
    /// <summary>What each of our cookies' names begins with; <c>__Host-</c> ties it to one host (RFC 6265bis, section 4.1.3.2).</summary>
    public const string Prefix = "__Host-authproxy";

    /// <summary>The Cookie header without ours; empty where nothing is left.</summary>
    public static StringValues Without(StringValues cookieHeader)
    {
        var any = false;
        foreach (var header in cookieHeader)
        {
            any |= header is not null && header.Contains(Prefix, StringComparison.OrdinalIgnoreCase);
        }

        if (!any)
        {
            return cookieHeader;
        }

        return RequestCookies.Without(cookieHeader, IsOurs);
    }

    /// <summary>Whether a Set-Cookie header sets a cookie of ours.</summary>
    public static bool Sets(string? setCookie) => setCookie is not null && IsOurs(setCookie.AsSpan().TrimStart());

    // Browsers compare the prefix without case; a quotation mark before the name is read over by some servers. A cookie without a
    // name ("=__Host-authproxy=x") is stored by older browsers and comes back as one of ours.
    private static bool IsOurs(ReadOnlySpan<char> cookie) =>
        cookie.TrimStart("\"= \t").StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
