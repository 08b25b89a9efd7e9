using AuthProxy.Proxy.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Limits;

/// <summary>Is the body too large? What is announced is refused at once; a body that streams in is cut at the limit, whoever reads it.</summary>
internal sealed class BodyLimitMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();

        // What follows an upgrade is a conversation, not a body.
        if (request.Match.Rule.Rule.MaxBody is not { } limit || request.Received.IsUpgrade)
        {
            return next(context);
        }

        if (context.Request.ContentLength > limit)
        {
            return refusals.WriteAsync(context, ProxyRefusals.BodyTooLarge, $"the body is announced larger than the rule's {limit} bytes");
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
        {
            context.Request.Body = new LimitedBody(context.Request.Body, limit);
        }

        return next(context);
    }
}
