using AuthProxy.Hosting.Edges;

namespace AuthProxy.Proxy.Errors;

/// <summary>Refuses requests past the number that may be under way: a quick 503 is worth more than a slow answer to everybody.</summary>
internal sealed class RequestLimitMiddleware(RequestDelegate next, EdgeLimits limits, IRefusalResponder refusals)
{
    private int _underWay;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _underWay) > limits.Requests)
            {
                await refusals.WriteAsync(context, ProxyRefusals.Overloaded, "as many requests are under way as serve.limits.requests allows");
                return;
            }

            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
