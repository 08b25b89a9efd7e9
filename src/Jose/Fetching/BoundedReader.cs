namespace AuthProxy.Jose.Fetching;

/// <summary>Reads a stream to its end, or to one byte more than is allowed, whatever length it announced.</summary>
internal static class BoundedReader
{
    public static async ValueTask<FetchOutcome> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Min(8192, maxBytes + 1)];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0)
            {
                return new FetchOutcome.Fetched(buffer.AsMemory(0, length));
            }

            length += read;
            if (length > maxBytes)
            {
                return new FetchOutcome.Failed($"the answer is longer than {maxBytes} bytes");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
            }
        }
    }
}
