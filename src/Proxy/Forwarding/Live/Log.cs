namespace AuthProxy.Proxy.Forwarding.Live;

internal static partial class Log
{
    [LoggerMessage(1781, LogLevel.Warning, "The store could not say for too long whether session {Sid} still lives; its open streams were ended")]
    public static partial void ExchangesUnconfirmed(this ILogger log, string sid, Exception fault);

    [LoggerMessage(1789, LogLevel.Error, "Open streams could not be checked against the store")]
    public static partial void ConfirmingFailed(this ILogger log, Exception fault);
}
