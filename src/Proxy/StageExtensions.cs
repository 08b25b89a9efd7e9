namespace AuthProxy.Proxy;

/// <summary>How a stage that decides hands a request on.</summary>
internal static class StageExtensions
{
    /// <summary>
    /// Goes on once the stage has let the request pass. A decision that needed nobody's answer, as most do, keeps nothing in memory while the
    /// upstream answers, and does not have to be woken up afterwards.
    /// </summary>
    /// <param name="passes">Whether the request passes; where it does not, the stage has answered it.</param>
    /// <param name="next">The rest of the path.</param>
    /// <param name="context">The request.</param>
    public static Task ThenAsync(this ValueTask<bool> passes, RequestDelegate next, HttpContext context)
    {
        if (!passes.IsCompletedSuccessfully)
        {
            return WaitAsync(passes, next, context);
        }

        return passes.Result ? next(context) : Task.CompletedTask;
    }

    private static async Task WaitAsync(ValueTask<bool> passes, RequestDelegate next, HttpContext context)
    {
        if (await passes)
        {
            await next(context);
        }
    }
}
