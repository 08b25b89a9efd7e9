namespace AuthProxy.Proxy.Remotes;

/// <summary>Reads an answer to its end, or gives up one byte past what is allowed, whatever length it announced.</summary>
internal static class BoundedContent
{
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int longest, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > longest)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[Math.Min(longest + 1L, (content.Headers.ContentLength ?? 4095) + 1)];
        var length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and var read)
        {
            length += read;
            if (length > longest)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, longest + 1L));
            }
        }

        return buffer.AsMemory(0, length);
    }
}
