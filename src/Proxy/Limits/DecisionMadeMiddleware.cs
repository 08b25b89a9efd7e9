using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Limits;

/// <summary>The decision is made: its time stops here, and one that was made too late does not count.</summary>
internal sealed class DecisionMadeMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Proxied().DecisionTime is not { } time || time.Stop()
            ? next(context)
            : refusals.WriteAsync(context, ProxyRefusals.DecisionTimeout, "the decision came after the rule's timeouts.decision was over");
}
