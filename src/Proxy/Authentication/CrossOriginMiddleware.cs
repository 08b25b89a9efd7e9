using AuthProxy.Proxy.Errors;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication;

/// <summary>
/// Did one of our own pages ask? Only asked of requests that a cookie let in. A rule may allow other origins: those that
/// its <c>cors</c> lists, or all where it has none.
/// </summary>
internal sealed class CrossOriginMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        var rule = request.Match.Rule.Rule;
        if (!CameByCookie(request) || rule is { AllowCrossOrigin: true, Cors: null })
        {
            return next(context);
        }

        if ((rule.AllowCrossOrigin ? CrossOriginCheck.Objection(request.Received, rule.Cors!) : CrossOriginCheck.Objection(request.Received)) is not { } objection)
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
