namespace AuthProxy.Proxy.Forwarding;

/// <summary>
/// How long an upstream may take to begin its answer, counted from the end of the request's body: a slow upload is no slow
/// answer, and a stream that has begun may last.
/// </summary>
internal sealed class ResponseDeadline(TimeSpan longest, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private readonly Lock _gate = new();
    private bool _answered;

    public CancellationToken Token => _source.Token;

    /// <summary>Whether it passed.</summary>
    public bool HasPassed => _source.IsCancellationRequested;

    /// <summary>The request is complete: the upstream's time runs, unless the answer has begun already.</summary>
    public void Arm()
    {
        lock (_gate)
        {
            if (!_answered)
            {
                _source.CancelAfter(longest);
            }
        }
    }

    /// <summary>The answer has begun; a body that ends later does not start the time again.</summary>
    public void Disarm()
    {
        lock (_gate)
        {
            _answered = true;
            _source.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _source.Dispose();
}
