namespace AuthProxy.Proxy.Sessions;

internal static partial class Log
{
    [LoggerMessage(1701, LogLevel.Information, "Session {Sid} began")]
    public static partial void SessionBegan(this ILogger log, string sid);

    [LoggerMessage(1702, LogLevel.Information, "Session {Sid} ended: {Reason}")]
    public static partial void SessionEnded(this ILogger log, string sid, SessionEndReason reason);

    [LoggerMessage(1703, LogLevel.Warning, "The index record of session {Sid} was not written by this realm; the session opens nothing")]
    public static partial void IndexNotOurs(this ILogger log, string sid);

    [LoggerMessage(1704, LogLevel.Warning, "The idle end of session {Sid} could not be put off")]
    public static partial void TouchFailed(this ILogger log, string sid, Exception fault);

    [LoggerMessage(1705, LogLevel.Warning, "The Tokenizer has not acknowledged the end of session {Sid}; attempt {Attempt}, next in {Delay}")]
    public static partial void EndNotDelivered(this ILogger log, string sid, int attempt, TimeSpan delay);

    [LoggerMessage(1706, LogLevel.Warning, "The session store could not be swept")]
    public static partial void SweepFailed(this ILogger log, Exception fault);

    [LoggerMessage(1707, LogLevel.Warning, "The realm's keys could not be read again; the last good ones stay")]
    public static partial void RealmKeysUnreadable(this ILogger log);

    [LoggerMessage(1708, LogLevel.Error, "Our clock and the session store's are {Apart} apart: this process ends no sessions that would be over by its clock until one of them is set right")]
    public static partial void ClocksApart(this ILogger log, TimeSpan apart);

    [LoggerMessage(1709, LogLevel.Information, "Our clock and the session store's agree again")]
    public static partial void ClocksTogether(this ILogger log);
}
