namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>
/// The client's side of a forwarded WebSocket. It passes bytes on as they are, and can put a close frame between two frames of the
/// upstream's: a frame that has begun is finished first, for a close frame inside of it would be payload.
/// </summary>
internal sealed class ClosableWebSocket(Stream client) : Stream, IFarewell
{
    // Policy violation (RFC 6455, section 7.4.1): the client may not go on, and a mere reconnect will be refused.
    private const byte CodeHigh = 1008 >> 8;
    private const byte CodeLow = 1008 & 0xFF;
    private const int ScratchLength = 4096;

    private static readonly byte[] CloseFrame = [0x88, 2 + 17, CodeHigh, CodeLow, .. "the session ended"u8];

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketFrames _toClient;
    private WebSocketFrames _fromClient;
    private volatile bool _closing;
    private bool _closed;
    private bool _broken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await client.ReadAsync(buffer, cancellationToken);
            _fromClient.Follow(buffer.Span[..read]);
            if (read == 0 || !_closing)
            {
                return read;
            }

            // What an ended session still sends goes nowhere.
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_closing)
            {
                await FinishFrameAsync(buffer, cancellationToken);
                return;
            }

            _toClient.Follow(buffer.Span);
            await client.WriteAsync(buffer, cancellationToken);
        }
        catch
        {
            // Nobody knows how much of it went out.
            _broken = true;
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    public async Task<bool> SayAsync(CancellationToken cancellation)
    {
        _closing = true;
        try
        {
            await _writing.WaitAsync(cancellation);
            try
            {
                await CloseAtBoundaryAsync(cancellation);
            }
            finally
            {
                _writing.Release();
            }

            // In the middle of a frame it is the upstream's turn to finish it.
            await _said.Task.WaitAsync(cancellation);
            return true;
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    public async Task LingerAsync(CancellationToken cancellation)
    {
        var scratch = new byte[ScratchLength];
        try
        {
            // Closed with unread bytes, a connection is reset, and the close frame may be lost with it.
            while (!_fromClient.SawClose && await client.ReadAsync(scratch, cancellation) is > 0 and var read)
            {
                _fromClient.Follow(scratch.AsSpan(0, read));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It had its moment.
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask FinishFrameAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        if (!_toClient.IsAtBoundary)
        {
            var rest = _toClient.ReadFrame(buffer.Span);
            await client.WriteAsync(buffer[..rest], cancellation);
        }

        await CloseAtBoundaryAsync(cancellation);
    }

    private async ValueTask CloseAtBoundaryAsync(CancellationToken cancellation)
    {
        if (_closed || _broken || !_toClient.IsAtBoundary)
        {
            return;
        }

        // Where the upstream has said goodbye itself, nothing may follow.
        if (!_toClient.SawClose)
        {
            await client.WriteAsync(CloseFrame, cancellation);
            await client.FlushAsync(cancellation);
        }

        _closed = true;
        _said.TrySetResult();
    }
}
