using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Http;

/// <summary>
/// Only the vault's own pages may use a user's session. A browser says where a request comes from, in <c>Sec-Fetch-Site</c>, in
/// <c>Origin</c>, or both, and each that is there must agree. A request with neither comes from no browser that could be tricked: every
/// browser sends <c>Origin</c> with a POST, and the session is not in a cookie that another program would send along by itself.
/// </summary>
internal static class SameOrigin
{
    public static Refused? Check(HttpRequest request, ApplicationSettings application)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0 && site is not ["same-origin" or "none"])
        {
            return new Refused(TokenizerRefusals.CrossOriginRefused, "the browser says that the request comes from another origin");
        }

        return request.Headers.Origin is { Count: > 0 } origin && (origin is not [{ } only] || only != application.VaultOrigin)
            ? new Refused(TokenizerRefusals.CrossOriginRefused, $"the request's origin is not {application.VaultOrigin}")
            : null;
    }
}
