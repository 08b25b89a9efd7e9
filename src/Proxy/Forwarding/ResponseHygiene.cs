using AuthProxy.Proxy.Sanitizing;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>What an upstream may not tell the browser: our cookies are ours to set, and a signed-in page is nobody else's.</summary>
internal static class ResponseHygiene
{
    public static void Apply(IHeaderDictionary headers, ProxiedRequest request)
    {
        if (headers.SetCookie is { Count: > 0 } cookies && cookies.Any(OwnCookies.Sets))
        {
            headers.SetCookie = new StringValues([.. cookies.Where(cookie => !OwnCookies.Sets(cookie))]);
        }

        // It would invite the browser to another port or protocol, past this Proxy.
        headers.AltSvc = StringValues.Empty;

        if (headers.CacheControl.Count == 0 && request.HasSubject && request.Subject.Session is not null)
        {
            headers.CacheControl = "private";
        }
    }
}
