using AuthProxy.Proxy.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Limits;

/// <summary>Is the body too large? What is announced is refused at once; a body that streams in is cut by the server at the limit, whoever reads it.</summary>
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

        // Set first: the server must not wait for the rest of a body that is refused.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } size)
        {
            throw new InvalidOperationException("The server cannot hold bodies to a limit.");
        }

        size.MaxRequestBodySize = limit;
        return context.Request.ContentLength > limit
            ? refusals.WriteAsync(context, ProxyRefusals.BodyTooLarge, $"the body is announced larger than the rule's {limit} bytes")
            : next(context);
    }
}
