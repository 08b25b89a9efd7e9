namespace AuthProxy.Proxy.Sessions.News;

/// <summary>How far what was read of sessions may be served without asking the store again. Asked with every request.</summary>
internal sealed class NewsStanding
{
    private long _confirmedUntil;

    private NewsStanding(long confirmedUntil, TimeSpan longest, bool isReliable) =>
        (_confirmedUntil, Longest, IsReliable) = (confirmedUntil, longest, isReliable);

    /// <summary>How long a copy counts at most, even where nothing happens to its session.</summary>
    public TimeSpan Longest { get; }

    /// <summary>Whether every end is heard of where things are in order; where not, copies count for a moment only.</summary>
    public bool IsReliable { get; }

    /// <summary>The only process: every end is its own.</summary>
    public static NewsStanding OnlyProcess() => new(long.MaxValue, TimeSpan.MaxValue, isReliable: true);

    /// <summary>Other processes end sessions too, and nobody tells: the store is asked every second.</summary>
    public static NewsStanding NobodyTells() => new(long.MaxValue, TimeSpan.FromSeconds(1), isReliable: false);

    /// <summary>Replicas tell each other; nothing is confirmed before all of them were heard.</summary>
    public static NewsStanding OfChannel() => new(long.MinValue, TimeSpan.MaxValue, isReliable: true);

    /// <summary>Until when nothing can have been missed that was not noticed; a timestamp.</summary>
    public long ConfirmedUntil => Volatile.Read(ref _confirmedUntil);

    public bool IsConfirmed(long now) => now < ConfirmedUntil;

    public void Confirm(long until) => Volatile.Write(ref _confirmedUntil, until);
}
