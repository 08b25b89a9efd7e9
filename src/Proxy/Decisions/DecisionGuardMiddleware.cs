namespace AuthProxy.Proxy.Decisions;

/// <summary>
/// Nothing but the end of the path may look like a yes. Callers let every 2xx pass, and a page, an error handler's own status or a fault
/// of ours could be one; whatever answered, it is looked at again when the head goes out.
/// </summary>
internal sealed class DecisionGuardMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Features.Set(new DecisionState());
        context.Response.OnStarting(Settle, context);
        return next(context);
    }

    private static Task Settle(object state)
    {
        var context = (HttpContext)state;
        var (decision, response) = (context.Decision(), context.Response);
        if (decision.IsAllowed)
        {
            return Task.CompletedTask;
        }

        if (response.StatusCode < 300)
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
        }

        decision.Caller?.Convention.Phrase(response);
        return Task.CompletedTask;
    }
}
