using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Limits;

/// <summary>Decides in the time that the rule gives, or refuses: a service that hangs must not hold its callers with it.</summary>
internal sealed class DecisionTimeMiddleware(RequestDelegate next, IRefusalResponder refusals, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Proxied().Match.Rule.Rule.Timeouts.Decision is { } longest ? DecideAsync(context, longest) : next(context);

    private async Task DecideAsync(HttpContext context, TimeSpan longest)
    {
        using var time = new DecisionTime(context, longest, clock);
        context.Proxied().DecisionTime = time;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (time.HasPassed)
        {
            time.Stop();
            await refusals.WriteAsync(context, ProxyRefusals.DecisionTimeout, "a handler was still deciding when the rule's timeouts.decision was over");
        }
    }
}
