using AuthProxy.Hosting.Streams;

namespace AuthProxy.Tokenizer.Values;

/// <summary>
/// An upload as it arrives. Large values may take long; but each byte of patience is earned: whoever sends nothing, or a byte now and then,
/// would hold a place that others need. Time that we spend ourselves does not count.
/// </summary>
internal sealed class PatientStream : ForwardOnlyStream
{
    // What the server asks of bodies by default, where it is not told to wait.
    private const double SlowestBytesPerSecond = 240;

    private readonly Stream _upload;
    private readonly TimeSpan _idle;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;
    private TimeSpan _left;

    /// <param name="upload">The request's body.</param>
    /// <param name="idle">The longest pause.</param>
    /// <param name="clock">Measures pauses.</param>
    /// <param name="aborted">The client has gone.</param>
    public PatientStream(Stream upload, TimeSpan idle, TimeProvider clock, CancellationToken aborted)
    {
        (_upload, _idle, _clock, _aborted, _left) = (upload, idle, clock, aborted, idle);
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(aborted, _deadline.Token);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = _upload.ReadAsync(buffer, _either.Token);
        var count = reading.IsCompletedSuccessfully ? reading.Result : await WaitAsync(reading);
        _left += TimeSpan.FromSeconds(count / SlowestBytesPerSecond);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        // The body itself is the server's.
        if (disposing)
        {
            _either.Dispose();
            _deadline.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> reading)
    {
        var since = _clock.GetTimestamp();
        _deadline.CancelAfter(_left < _idle ? (_left > TimeSpan.Zero ? _left : TimeSpan.Zero) : _idle);
        try
        {
            return await reading;
        }
        catch (OperationCanceledException) when (!_aborted.IsCancellationRequested)
        {
            throw new UploadTooSlowException();
        }
        finally
        {
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            _left -= _clock.GetElapsedTime(since);
        }
    }
}

/// <summary>The client sent nothing for too long, or hardly anything for even longer.</summary>
internal sealed class UploadTooSlowException() : Exception("the upload's bytes came too slowly, or stopped coming");
