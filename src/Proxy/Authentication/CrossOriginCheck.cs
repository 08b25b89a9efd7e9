using AuthProxy.Proxy.Addresses;
using AuthProxy.Rules.Policies;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Authentication;

/// <summary>
/// Whether a page of another origin may have sent this request. Browsers attach a session cookie to what any page sends, so for
/// whatever can change something the browser itself has to say that the page is ours.
/// </summary>
internal static class CrossOriginCheck
{
    private const string SecFetchSite = "Sec-Fetch-Site";

    /// <summary>Whether the browser says that a page of another site sent it here, by a link or by a redirect.</summary>
    public static bool IsFromAnotherSite(FrozenRequest request) => request.Headers[SecFetchSite] is ["cross-site"];

    /// <summary>Why the request is refused; null where it may pass.</summary>
    public static string? Objection(FrozenRequest request)
    {
        if (IsHarmless(request))
        {
            return null;
        }

        var site = request.Headers[SecFetchSite];
        return site.Count > 0 ? SiteObjection(site) : OriginObjection(request.Headers.Origin, request.Address);
    }

    /// <summary>The same where the rule lets pages of listed origins do what its own may do; a page that is not listed stays a stranger.</summary>
    public static string? Objection(FrozenRequest request, CorsPolicy listed)
    {
        if (IsHarmless(request))
        {
            return null;
        }

        var origin = request.Headers.Origin;
        return origin is [{ } one] && listed.AllowsOrigin(one) ? null : Objection(request);
    }

    /// <summary>
    /// Why a page must not even learn the answer to a harmless request; null where it may. Scripts of other origins could not read it, but an
    /// answer can tell by its status and its size alone whether somebody is signed in.
    /// </summary>
    public static string? ObjectionToReading(FrozenRequest request, CorsPolicy? listed)
    {
        var (site, origin) = (request.Headers[SecFetchSite], request.Headers.Origin);
        if (origin is [{ } one] && (listed?.AllowsOrigin(one) == true || string.Equals(one, request.Address.Origin, StringComparison.Ordinal)))
        {
            return null;
        }

        return site.Count > 0 ? SiteObjection(site) : origin.Count > 0 ? OriginObjection(origin, request.Address) : null;
    }

    // An upgrade is a GET, or a CONNECT over HTTP/2, and yet opens a channel that both sides write to.
    private static bool IsHarmless(FrozenRequest request) =>
        !request.IsUpgrade && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));

    // "same-site" is not enough: a sibling subdomain may belong to somebody else, or have been taken over.
    // "none" is the user: the address bar, a bookmark, a reload.
    private static string? SiteObjection(StringValues site) =>
        site.Count == 1 && site[0] is "same-origin" or "none" ? null : "the browser says that a page of another origin sent it";

    private static string? OriginObjection(StringValues origin, PublicAddress address) => origin.Count switch
    {
        0 => "neither Sec-Fetch-Site nor Origin says which page sent it",
        1 when string.Equals(origin[0], address.Origin, StringComparison.Ordinal) => null,
        _ => "its Origin is not this host's",
    };
}
