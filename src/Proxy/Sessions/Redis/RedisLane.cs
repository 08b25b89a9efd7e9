namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// One way to a server. Once a call on it was not answered in time, further calls fail at once instead of each waiting as long, until
/// the server has answered a question of our own: a stopped Redis costs its time limit once, not with every request.
/// </summary>
internal sealed class RedisLane(Func<Task> question, TimeSpan patience, TimeProvider clock)
{
    private int _silent;
    private long _silentSince;

    public bool IsSilent => Volatile.Read(ref _silent) != 0;

    /// <summary>How long the server has been silent.</summary>
    public TimeSpan Silence => IsSilent ? clock.GetElapsedTime(Volatile.Read(ref _silentSince)) : TimeSpan.Zero;

    public void FellSilent()
    {
        if (Interlocked.CompareExchange(ref _silent, 1, 0) == 0)
        {
            Volatile.Write(ref _silentSince, clock.GetTimestamp());
            _ = AskAsync();
        }
    }

    // Ends with an answer, or with the connection.
    private async Task AskAsync()
    {
        try
        {
            await question();
        }
        catch (Exception)
        {
            // A connection that broke fails its calls by itself, and at once.
        }

        // What was asked before the pause is answered first; the next call finds a server that keeps up, or reports it again.
        await Task.Delay(patience / 20, clock);
        Volatile.Write(ref _silent, 0);
    }
}
