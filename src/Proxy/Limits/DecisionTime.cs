namespace AuthProxy.Proxy.Limits;

/// <summary>
/// The time that a rule gives its decision. While it runs, the request counts as aborted once it is over: every handler is
/// cancelled by the same token, whether its client leaves or its time ends.
/// </summary>
internal sealed class DecisionTime : IDisposable
{
    private readonly HttpContext _context;
    private readonly CancellationToken _client;
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    public DecisionTime(HttpContext context, TimeSpan longest, TimeProvider clock)
    {
        _context = context;
        _client = context.RequestAborted;
        _time = new CancellationTokenSource(longest, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_client, _time.Token);
        context.RequestAborted = _either.Token;
    }

    /// <summary>Whether it passed before the decision was made.</summary>
    public bool HasPassed => _time.IsCancellationRequested;

    /// <summary>Stops the time: what comes now, a stream above all, may last. False where it was over before.</summary>
    public bool Stop()
    {
        _time.CancelAfter(Timeout.InfiniteTimeSpan);
        _context.RequestAborted = _client;
        return !HasPassed;
    }

    public void Dispose()
    {
        _context.RequestAborted = _client;
        _either.Dispose();
        _time.Dispose();
    }
}
