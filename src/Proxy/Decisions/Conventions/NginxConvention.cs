using Microsoft.Net.Http.Headers;

namespace AuthProxy.Proxy.Decisions.Conventions;

/// <summary>
/// nginx's auth_request: X-Original-Method with X-Original-URI, or with ingress-nginx's X-Original-URL. It knows yes, 401 and 403;
/// anything else becomes its own 500, which 5xx may as well be.
/// </summary>
internal sealed class NginxConvention() : Convention("nginx")
{
    /// <summary>Where a browser is to be sent: auth_request passes no redirect on, so the configuration makes one of it.</summary>
    public const string LoginHeader = "X-AuthProxy-Login";

    public override OriginalRequest Read(HttpContext context)
    {
        if (!DecisionPath.IsExact(context))
        {
            return OriginalRequest.Elsewhere.Instance;
        }

        var headers = new StatedHeaders(context);
        return headers.Checked(State(headers, headers.Required("X-Original-Method")));
    }

    public override void Phrase(HttpResponse refusal)
    {
        if (refusal.StatusCode is >= 300 and < 400)
        {
            refusal.Headers[LoginHeader] = refusal.Headers.Location;
            refusal.Headers.Remove(HeaderNames.Location);
            refusal.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (refusal.StatusCode is < 500 and not StatusCodes.Status401Unauthorized)
        {
            refusal.StatusCode = StatusCodes.Status403Forbidden;
        }
    }

    // Host, and not X-Forwarded-Host: nginx always sets the former itself, and passes the client's own of the latter on.
    private static OriginalRequest.Stated State(StatedHeaders headers, string method) =>
        (headers.Optional("X-Original-URI"), headers.Optional("X-Original-URL")) switch
        {
            ({ } uri, null) => new(method, headers.Required("X-Forwarded-Proto"), headers.Host, uri),
            (null, { } url) => Split(headers, method, url),
            (null, null) => new(method, "", "", headers.Fail("neither X-Original-URI nor X-Original-URL is there")),
            _ => new(method, "", "", headers.Fail("X-Original-URI and X-Original-URL are both there, and one may be the client's")),
        };

    private static OriginalRequest.Stated Split(StatedHeaders headers, string method, string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        var path = authority < "://".Length ? -1 : url.IndexOf('/', authority);
        return path < 0
            ? new(method, "", "", headers.Fail("X-Original-URL is no absolute address with a path"))
            : new(method, url[..(authority - "://".Length)], url[authority..path], url[path..]);
    }
}
