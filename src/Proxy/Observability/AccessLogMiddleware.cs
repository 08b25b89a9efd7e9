using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Observability;

/// <summary>
/// Counts every answer, and writes one line about it. Path and query are left out: tickets, data tokens and people's names
/// stand in them.
/// </summary>
internal sealed class AccessLogMiddleware(RequestDelegate next, ProxyMetrics metrics, ProxyListenerSettings listener, TimeProvider time, ILogger<AccessLogMiddleware> logger)
{
    private const string NoRule = "none";

    public async Task InvokeAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        metrics.Began();
        try
        {
            await next(context);
        }
        finally
        {
            var elapsed = time.GetElapsedTime(began);
            var request = context.Features.Get<ProxiedRequest>();
            var rule = request?.Rule?.Rule.Id ?? NoRule;
            metrics.Answered(rule, context.Response.StatusCode, elapsed);
            if (listener.AccessLog && logger.IsEnabled(LogLevel.Information))
            {
                logger.Answered(
                    context.Response.StatusCode, KnownMethod(request?.Received.Method ?? context.Request.Method), request?.Received.Address.Host, rule, AuthenticatorOf(request),
                    elapsed.TotalMilliseconds, request?.Trace.Refusal?.Reason, RefusalResponse.TraceIdOf(context));
            }
        }
    }

    // A method is whatever the client writes.
    private static string KnownMethod(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "CONNECT" or "TRACE" ? method : "other";

    private static string? AuthenticatorOf(ProxiedRequest? request)
    {
        foreach (var step in request?.Trace.Steps ?? [])
        {
            if (step is { Stage: TraceStage.Authenticate, Verdict: TraceVerdict.Passed })
            {
                return step.Part;
            }
        }

        return null;
    }
}
