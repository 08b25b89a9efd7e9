namespace AuthProxy.Proxy.Forwarding;

/// <summary>
/// How long an upstream may take to begin its answer, counted from the end of the request's body: a slow upload is no slow
/// answer, and a stream that has begun may last.
/// </summary>
internal sealed class ResponseDeadline(TimeSpan longest, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource source = new(Timeout.InfiniteTimeSpan, time);
    private readonly Lock gate = new();
    private bool answered;

    public CancellationToken Token => source.Token;

    /// <summary>Whether it passed.</summary>
    public bool HasPassed => source.IsCancellationRequested;

    /// <summary>The request is complete: the upstream's time runs, unless the answer has begun already.</summary>
    public void Arm()
    {
        lock (gate)
        {
            if (!answered)
            {
                source.CancelAfter(longest);
            }
        }
    }

    /// <summary>The answer has begun; a body that ends later does not start the time again.</summary>
    public void Disarm()
    {
        lock (gate)
        {
            answered = true;
            source.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => source.Dispose();
}
