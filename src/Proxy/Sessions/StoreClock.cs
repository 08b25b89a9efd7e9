namespace AuthProxy.Proxy.Sessions;

/// <summary>
/// How far our clock and the store's own are apart, where the store has one. Sessions end by the clocks of the replicas: one that is fast
/// must not end everybody else's before their time.
/// </summary>
internal sealed class StoreClock(ILogger<StoreClock> log)
{
    public static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(5);

    private volatile bool _isApart;

    /// <summary>Whether they are further apart than is harmless.</summary>
    public bool IsApart => _isApart;

    /// <summary>The store has told its time.</summary>
    /// <param name="theirs">What it told.</param>
    /// <param name="asked">Our time when it was asked.</param>
    /// <param name="answered">Our time when the answer was there.</param>
    public void Compare(DateTimeOffset theirs, DateTimeOffset asked, DateTimeOffset answered)
    {
        var apart = theirs < asked ? asked - theirs : theirs > answered ? theirs - answered : TimeSpan.Zero;
        var isApart = apart > Tolerated;
        if (isApart && !_isApart)
        {
            log.ClocksApart(apart);
        }
        else if (!isApart && _isApart)
        {
            log.ClocksTogether();
        }

        _isApart = isApart;
    }
}
