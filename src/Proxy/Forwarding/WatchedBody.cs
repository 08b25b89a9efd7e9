using AuthProxy.Hosting.Streams;
using AuthProxy.Proxy.Forwarding.Live;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>The request's body as it streams through; its end starts the upstream's deadline.</summary>
internal sealed class WatchedBody(Stream body, LiveExchange exchange) : ForwardOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        if (read == 0 && !buffer.IsEmpty)
        {
            exchange.RequestSent();
        }

        return read;
    }
}
