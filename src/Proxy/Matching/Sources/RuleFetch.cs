using System.Net;
using System.Net.Http.Headers;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Watching;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>Asks an address for a rule file: status 200 and nothing else, no redirect, no compression, no more than a rule file may have.</summary>
internal sealed class RuleFetch(HttpMessageInvoker http, Uri url, SecretFile? authorization)
{
    /// <summary>Null where there is nothing new.</summary>
    /// <exception cref="UnusableAnswerException">The answer is no rule file; its message says why.</exception>
    public async Task<FetchedRules?> RunAsync(FetchedRules? known, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization.Reveal());
        }

        if (known?.Tag is { } tag)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        using var response = await http.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotModified && known?.Tag is not null)
        {
            return null;
        }

        Check(response);
        var utf8 = await ReadAsync(response.Content, cancellation);
        return known is not null && known.Utf8.AsSpan().SequenceEqual(utf8) ? null : new FetchedRules(utf8, response.Headers.ETag);
    }

    private static void Check(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status != StatusCodes.Status200OK)
        {
            throw new UnusableAnswerException($"answers with status {status}{(status is >= 300 and < 400 ? ", and redirects are not followed" : "")}");
        }

        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            throw new UnusableAnswerException("answers compressed, which nobody asked for");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var most = ConfigLimits.Default.MaximumBytes;
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var held = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var read = await stream.ReadAsync(buffer, cancellation); read > 0; read = await stream.ReadAsync(buffer, cancellation))
        {
            if (held.Length + read > most)
            {
                throw new UnusableAnswerException($"answers with more than {most} bytes");
            }

            held.Write(buffer, 0, read);
        }

        return held.ToArray();
    }
}

/// <param name="Utf8">The text as it came.</param>
/// <param name="Tag">By which the address knows it; null where it gave none.</param>
internal sealed record FetchedRules(byte[] Utf8, EntityTagHeaderValue? Tag);

/// <summary>An answer that cannot be a rule file.</summary>
internal sealed class UnusableAnswerException(string message) : IOException(message);
