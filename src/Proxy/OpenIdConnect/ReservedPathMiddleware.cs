namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Paths below the reserved prefix are ours: no rule sees them, and no upstream.</summary>
internal sealed class ReservedPathMiddleware(RequestDelegate next, ReservedPaths reserved)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Decoded and without case, as rules match: else another spelling would lead past us to an application.
        var path = context.Proxied().Received.Target.DecodedPath;
        return path.StartsWith(reserved.Prefix, StringComparison.OrdinalIgnoreCase)
            ? reserved.HandleAsync(context, path[reserved.Prefix.Length..], context.RequestAborted)
            : next(context);
    }
}

/// <summary>Who answers below the reserved prefix.</summary>
internal sealed record ReservedPaths(string Prefix, Func<HttpContext, string, CancellationToken, Task> HandleAsync);
