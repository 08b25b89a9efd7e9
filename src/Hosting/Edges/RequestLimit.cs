using AuthProxy.Hosting.Metrics;
using AuthProxy.Hosting.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Hosting.Edges;

/// <summary>Refuses requests past the number that may be under way: a quick 503 is worth more than a slow answer to everybody.</summary>
public static class RequestLimit
{
    /// <param name="refusal">The service's own, with status 503.</param>
    public static IApplicationBuilder UseRequestLimit(this IApplicationBuilder app, int limit, Refusal refusal)
    {
        var underWay = 0;
        return app.Use(next => context => RunAsync(context, next));

        async Task RunAsync(HttpContext context, RequestDelegate next)
        {
            if (Interlocked.Increment(ref underWay) > limit)
            {
                Interlocked.Decrement(ref underWay);
                HostingMeter.OverLimit.Add(1);
                await RefusalResponse.WriteAsync(context, refusal, cancellation: context.RequestAborted);
                return;
            }

            try
            {
                await next(context);
            }
            finally
            {
                Interlocked.Decrement(ref underWay);
            }
        }
    }
}
