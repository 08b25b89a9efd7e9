namespace AuthProxy.Proxy.Sessions.Outage;

/// <summary>What stands behind the sessions that are served; in readiness, metric and log.</summary>
internal enum SessionMode
{
    /// <summary>Every end is known here within a second, and what was read need not be read again.</summary>
    Confirmed,

    /// <summary>News of the other replicas may not arrive: the store is asked with every request.</summary>
    Unconfirmed,

    /// <summary>The store cannot be asked.</summary>
    Outage,
}

internal static class SessionModes
{
    public static readonly IReadOnlyList<SessionMode> All = [SessionMode.Confirmed, SessionMode.Unconfirmed, SessionMode.Outage];

    public static string Name(this SessionMode mode) => mode switch
    {
        SessionMode.Confirmed => "confirmed",
        SessionMode.Unconfirmed => "unconfirmed",
        SessionMode.Outage => "outage",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
