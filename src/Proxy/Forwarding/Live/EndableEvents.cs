using AuthProxy.Hosting.Streams;

namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>
/// The upstream's stream of server-sent events, which may end before the upstream ends it. An event cut in half does no harm: its
/// reader drops it (HTML, section 9.2.6).
/// </summary>
internal sealed class EndableEvents(Stream upstream) : ForwardOnlyStream, IFarewell
{
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _either;

    /// <summary>Puts the stream in place of the answer's own.</summary>
    public static async Task<EndableEvents> InsertAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var events = new EndableEvents(await answer.Content.ReadAsStreamAsync(cancellation));
        answer.Content = new StreamContent(events);
        return events;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // One reader, which gives the same token each time.
        _either ??= CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, cancellationToken);
        try
        {
            return _ending.IsCancellationRequested ? 0 : await upstream.ReadAsync(buffer, _either.Token);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return 0;
        }
    }

    public async Task<bool> SayAsync(CancellationToken cancellation)
    {
        await _ending.CancelAsync();
        try
        {
            await _read.Task.WaitAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public Task LingerAsync(CancellationToken cancellation) => Task.CompletedTask;

    // The reader lets go of it once the end has been written to the client.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _read.TrySetResult();
            _either?.Dispose();
            upstream.Dispose();
        }

        base.Dispose(disposing);
    }
}
