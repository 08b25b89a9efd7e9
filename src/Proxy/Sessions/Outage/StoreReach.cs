namespace AuthProxy.Proxy.Sessions.Outage;

/// <summary>Whether the store answers, as the last requests have found it.</summary>
internal sealed class StoreReach(TimeProvider clock)
{
    // Where one of several servers is down, some requests succeed: that is an outage still.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private long _failedAt;
    private volatile bool _isOut;

    public bool IsOut => _isOut;

    public void Answered()
    {
        if (!_isOut)
        {
            return;
        }

        lock (_gate)
        {
            _isOut = clock.GetElapsedTime(_failedAt) < Settling;
        }
    }

    public void Failed()
    {
        lock (_gate)
        {
            _failedAt = clock.GetTimestamp();
            _isOut = true;
        }
    }
}
