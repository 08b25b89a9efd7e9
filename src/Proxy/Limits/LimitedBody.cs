using AuthProxy.Hosting.Streams;

namespace AuthProxy.Proxy.Limits;

/// <summary>
/// The request's body, up to the rule's limit; whoever reads on learns that it is too large. The server's own limit would count
/// the framing of chunks too, and refuse a body that fits.
/// </summary>
internal sealed class LimitedBody(Stream body, long limit) : ForwardOnlyStream
{
    private long _left = limit;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _left -= read;
        return _left >= 0 ? read : throw new BadHttpRequestException("The body is larger than its rule takes.", StatusCodes.Status413PayloadTooLarge);
    }
}
