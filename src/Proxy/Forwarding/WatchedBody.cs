using AuthProxy.Hosting.Streams;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>The request's body as it streams through; its end starts the upstream's deadline.</summary>
internal sealed class WatchedBody(Stream body, ResponseDeadline deadline) : ForwardOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        if (read == 0 && !buffer.IsEmpty)
        {
            deadline.Arm();
        }

        return read;
    }
}
