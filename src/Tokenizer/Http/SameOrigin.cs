using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Http;

/// <summary>
/// Only the vault's own pages may use a user's session. A browser says where a request comes from, in <c>Sec-Fetch-Site</c>, in
/// <c>Origin</c>, or both, and each that is there must agree. A request with neither comes from no browser that could be tricked: every
/// browser sends <c>Origin</c> with a POST. Where the session is in a cookie, which programs send along by themselves, that is not enough, and an
/// unsafe request must say where it comes from.
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

        if (site.Count == 0 && request.Headers.Origin.Count == 0 && application.Login is not null && !HttpMethods.IsGet(request.Method))
        {
            return new Refused(TokenizerRefusals.CrossOriginRefused, "the request says neither by Origin nor by Sec-Fetch-Site which page sent it");
        }

        return request.Headers.Origin is { Count: > 0 } origin && (origin is not [{ } only] || only != application.VaultOrigin)
            ? new Refused(TokenizerRefusals.CrossOriginRefused, $"the request's origin is not {application.VaultOrigin}")
            : null;
    }
}
