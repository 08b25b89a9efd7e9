namespace AuthProxy.Proxy.Sessions.Refresh;

internal static partial class Log
{
    [LoggerMessage(1760, LogLevel.Debug, "Session {Sid} has new tokens")]
    public static partial void TokensRenewed(this ILogger log, string sid);

    [LoggerMessage(1761, LogLevel.Warning, "The tokens of session {Sid} could not be renewed: {Why}")]
    public static partial void RefreshUnavailable(this ILogger log, string sid, string why);

    [LoggerMessage(1762, LogLevel.Error, "The provider does not accept how this client refreshes, so no session of it is renewed: {Why}")]
    public static partial void RefreshMisconfigured(this ILogger log, string why);

    [LoggerMessage(1763, LogLevel.Information, "The provider vouches for session {Sid} no longer: {Why}")]
    public static partial void RefreshRefused(this ILogger log, string sid, string why);

    [LoggerMessage(1764, LogLevel.Warning, "The new tokens of session {Sid} could not be stored yet; they are kept and tried again")]
    public static partial void TokensNotStored(this ILogger log, string sid, Exception fault);

    [LoggerMessage(1765, LogLevel.Error, "The new tokens of session {Sid} could not be stored, and the old ones are used up")]
    public static partial void TokensLost(this ILogger log, string sid);

    [LoggerMessage(1766, LogLevel.Warning, "The lease on the refresh of session {Sid} was lost, and newer tokens are stored; those that came too late are dropped")]
    public static partial void TokensOutrun(this ILogger log, string sid);

    [LoggerMessage(1767, LogLevel.Error, "The refresh of session {Sid} failed")]
    public static partial void RefreshFailed(this ILogger log, string sid, Exception fault);

    [LoggerMessage(1768, LogLevel.Debug, "The refresh of session {Sid} rests for {Pause}")]
    public static partial void RefreshPaused(this ILogger log, string sid, TimeSpan pause);
}
