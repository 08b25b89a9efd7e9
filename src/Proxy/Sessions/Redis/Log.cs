namespace AuthProxy.Proxy.Sessions.Redis;

internal static partial class Log
{
    [LoggerMessage(1720, LogLevel.Information, "Connected to Redis at {Server}")]
    public static partial void RedisConnected(this ILogger log, string server);

    [LoggerMessage(1721, LogLevel.Warning, "The connection to Redis is lost: {Why}")]
    public static partial void RedisLost(this ILogger log, string why);

    [LoggerMessage(1722, LogLevel.Error, "Redis cannot be used: {Why}; sessions answer 503 until it can")]
    public static partial void RedisUnavailable(this ILogger log, string why);

    [LoggerMessage(1723, LogLevel.Warning, "The end of session {Sid} is confirmed by {Confirmed} of {Wanted} replicas: a failover now could undo it until this process repeats it")]
    public static partial void EndNotConfirmed(this ILogger log, string sid, long confirmed, long wanted);

    [LoggerMessage(1724, LogLevel.Information, "{Count} ends of sessions were repeated after Redis was connected again")]
    public static partial void EndsRepeated(this ILogger log, int count);

    [LoggerMessage(1725, LogLevel.Warning, "Ends of sessions could not all be repeated; they are with the next connection")]
    public static partial void EndsNotRepeated(this ILogger log, Exception fault);

    [LoggerMessage(1726, LogLevel.Warning, "Redis holds a value of session data that is larger than any of ours; it opens nothing")]
    public static partial void ValueTooLarge(this ILogger log);

    [LoggerMessage(1727, LogLevel.Warning, "A message from Redis could not be handled")]
    public static partial void MessageFailed(this ILogger log, Exception fault);

    [LoggerMessage(1728, LogLevel.Information, "Session {Sid} has ended and is still named in a list of sessions, until that is read")]
    public static partial void LookupNotRemoved(this ILogger log, string sid, Exception fault);

    [LoggerMessage(1729, LogLevel.Warning, "A mark by which bearers end is confirmed by {Confirmed} of {Wanted} replicas: a failover now could undo it until this process repeats it")]
    public static partial void MarkNotConfirmed(this ILogger log, long confirmed, long wanted);
}
