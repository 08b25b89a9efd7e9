using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Authentication;

/// <summary>Did one of our own pages ask? Only asked of requests that the session cookie let in, and not where the rule allows other origins.</summary>
internal sealed class CrossOriginMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        if (request.Consumed != ConsumedCredentials.SessionCookie || request.Match.Rule.Rule.AllowCrossOrigin)
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
}
