using System.Net;
using System.Security.Cryptography;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Values;

// Looks at the memory of the whole process: nobody else may run beside it.
[CollectionDefinition("alone", DisableParallelization = true)]
public class AloneDefinition;

[Collection("alone")]
public class LargeValueTests : VaultTests
{
    private const long Size = 100L * 1024 * 1024;
    private const long MostMemory = 24 * 1024 * 1024;

    [Fact]
    public async Task A_hundred_mebibytes_stream_in_constant_memory()
    {
        var (token, upload) = await Host.TokenizeAsync(Alice);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var value = new Generated(Size, before);
        (await Host.PutAsync(Alice, upload, value)).IsGood();

        using var request = new HttpRequestMessage(HttpMethod.Get, await Host.DownloadPathAsync(Alice, token));
        request.Headers.Host = VaultHost.VaultHostName;
        request.Headers.Add("X-Auth-Assertion", Mint.Assertion(Host, Alice));
        using var response = await Host.Users.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(Size, response.Content.Headers.ContentLength);

        await using var body = await response.Content.ReadAsStreamAsync();
        Assert.Equal(value.Hash, await HashAsync(body, before));
    }

    private static void StaysSmall(long before) => Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostMemory);

    private static async Task<string> HashAsync(Stream body, long before)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var (total, next) = (0L, Size / 8);
        for (int read; (read = await body.ReadAsync(buffer)) > 0; total += read)
        {
            hash.AppendData(buffer, 0, read);
            if (total > next)
            {
                StaysSmall(before);
                next += Size / 8;
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>A body that exists nowhere as a whole.</summary>
    private sealed class Generated : HttpContent
    {
        private readonly long _size;
        private readonly long _before;

        public Generated(long size, long before)
        {
            (_size, _before) = (size, before);
            Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        }

        public string Hash { get; private set; } = "";

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var block = RandomNumberGenerator.GetBytes(1024 * 1024);
            for (var sent = 0L; sent < _size; sent += block.Length)
            {
                block[0]++;
                hash.AppendData(block);
                await stream.WriteAsync(block);
                if (sent % (_size / 8) < block.Length)
                {
                    StaysSmall(_before);
                }
            }

            Hash = Convert.ToHexString(hash.GetHashAndReset());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _size;
            return true;
        }
    }
}
