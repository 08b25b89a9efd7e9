using AuthProxy.Hosting.Streams;

namespace AuthProxy.Proxy.Bodies;

/// <summary>The held body as the rest of the request's path reads it: the same bytes that were checked, once, from the beginning.</summary>
internal sealed class HeldBodyStream(HeldBody body) : ForwardOnlyStream
{
    private int _position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(ReadNext(buffer.Span));

    private int ReadNext(Span<byte> buffer)
    {
        var count = body.CopyTo(_position, buffer);
        _position += count;
        return count;
    }
}
