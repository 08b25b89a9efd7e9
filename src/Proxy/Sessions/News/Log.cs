namespace AuthProxy.Proxy.Sessions.News;

internal static partial class Log
{
    [LoggerMessage(1740, LogLevel.Error, "{Handler} failed to act on what became of a session")]
    public static partial void NewsHandlerFailed(this ILogger log, string handler, Exception fault);

    [LoggerMessage(1741, LogLevel.Error, "The other replicas could not be told that this one is there")]
    public static partial void BeatFailed(this ILogger log, Exception fault);
}
