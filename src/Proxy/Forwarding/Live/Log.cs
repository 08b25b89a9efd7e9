namespace AuthProxy.Proxy.Forwarding.Live;

internal static partial class Log
{
    [LoggerMessage(1781, LogLevel.Warning, "The store could not say for too long whether session {Sid} still lives; its open streams were ended")]
    public static partial void ExchangesUnconfirmed(this ILogger log, string sid, Exception fault);
}
