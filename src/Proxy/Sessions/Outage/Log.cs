namespace AuthProxy.Proxy.Sessions.Outage;

internal static partial class Log
{
    [LoggerMessage(1745, LogLevel.Information, "Sessions are confirmed: every replica is heard, and what was read of them is served from memory")]
    public static partial void SessionsConfirmed(this ILogger log);

    [LoggerMessage(1746, LogLevel.Warning, "Sessions are unconfirmed: a replica is not heard, and the store is asked with every request")]
    public static partial void SessionsUnconfirmed(this ILogger log);

    [LoggerMessage(1747, LogLevel.Error, "The session store cannot be asked; sessions that were confirmed within {Budget} are served as they are, all others are refused")]
    public static partial void SessionsInOutage(this ILogger log, TimeSpan budget);

    [LoggerMessage(1748, LogLevel.Information, "The idle ends of {Written} sessions, used while the session store could not be written, were put off; {Lost} more were too many to remember")]
    public static partial void TouchesWritten(this ILogger log, int written, int lost);

    [LoggerMessage(1749, LogLevel.Error, "The mode of sessions could not be looked after")]
    public static partial void LookFailed(this ILogger log, Exception fault);

    [LoggerMessage(1750, LogLevel.Warning, "The session store answers but takes no changes: idle ends cannot be put off, and are tried again in {Pause}")]
    public static partial void TouchRefused(this ILogger log, TimeSpan pause, Exception fault);
}
