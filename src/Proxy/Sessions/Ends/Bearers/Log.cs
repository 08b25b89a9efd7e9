namespace AuthProxy.Proxy.Sessions.Ends.Bearers;

internal static partial class Log
{
    [LoggerMessage(1785, LogLevel.Warning, "The marks by which bearers end could not be read")]
    public static partial void MarksUnreadable(this ILogger log, Exception fault);

    [LoggerMessage(1786, LogLevel.Warning, "A mark by which bearers would end was not written by this realm; it ends nothing")]
    public static partial void MarkNotOurs(this ILogger log);

    [LoggerMessage(1787, LogLevel.Warning, "A bearer came after its end, and the end of its session {Sid} could not be written down yet")]
    public static partial void BearerSessionNotEnded(this ILogger log, string sid, Exception fault);
}
