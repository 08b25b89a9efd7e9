using AuthProxy.Proxy.Errors;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication;

/// <summary>Did one of our own pages ask? Only asked of requests that a cookie let in, and not where the rule allows other origins.</summary>
internal sealed class CrossOriginMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        if (!CameByCookie(request) || request.Match.Rule.Rule.AllowCrossOrigin)
        {
            return next(context);
        }

        if (CrossOriginCheck.Objection(request.Received) is not { } objection)
        {
            return next(context);
        }

        request.Trace.Note(TraceStage.Authenticate, "cross_origin", TraceVerdict.Refused, objection);
        return refusals.WriteAsync(context, ProxyRefusals.CrossOriginRefused, objection);
    }

    // Oathkeeper checks no origin: applications behind its rules that use cookies have a protection of their own, or none.
    private static bool CameByCookie(ProxiedRequest request) =>
        request.Consumed == ConsumedCredentials.SessionCookie
        || (request.Consumed == ConsumedCredentials.Cookies && request.Match.Rule.Rule.Form == RuleForm.AuthProxy);
}
