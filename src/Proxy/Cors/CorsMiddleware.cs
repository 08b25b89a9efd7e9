namespace AuthProxy.Proxy.Cors;

/// <summary>Which pages may read the answer? Whatever it will be, refusals too: a page has to be able to tell a 401 from a broken network.</summary>
internal sealed class CorsMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Proxied().Match.Rule.Cors?.ApplyLater(context);
        return next(context);
    }
}
