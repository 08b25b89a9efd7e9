using System.Net;
using System.Net.Http.Headers;
using AuthProxy.Jose.Fetching;

namespace AuthProxy.Jose;

/// <summary>
/// Fetches a small JSON document (a key set, a discovery document) from an address or a file: status 200 and nothing else, no redirect,
/// no compression, bounded in bytes and time.
/// </summary>
public static class DocumentFetcher
{
    /// <summary>The largest document when nobody chose another size.</summary>
    public const int DefaultMaxBytes = JsonWebKeySet.MaxBytes;

    /// <summary>
    /// A handler as fetching needs it. It follows no redirect (the configured address is the one that is trusted), keeps no cookies and expands nothing.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 32,
    };

    /// <summary>Fetches from an http or https address.</summary>
    /// <param name="http">Over a handler from <see cref="CreateHandler"/>, or one that follows no redirects either.</param>
    /// <param name="address">The address.</param>
    /// <param name="cancellation">Ends the fetch; bound it in time.</param>
    public static ValueTask<FetchOutcome> FromHttpAsync(HttpMessageInvoker http, Uri address, CancellationToken cancellation) =>
        FromHttpAsync(http, address, DefaultMaxBytes, cancellation);

    /// <inheritdoc cref="FromHttpAsync(HttpMessageInvoker, Uri, CancellationToken)"/>
    /// <param name="http">Over a handler from <see cref="CreateHandler"/>, or one that follows no redirects either.</param>
    /// <param name="address">The address.</param>
    /// <param name="maxBytes">The largest document that is taken.</param>
    /// <param name="cancellation">Ends the fetch; bound it in time.</param>
    public static async ValueTask<FetchOutcome> FromHttpAsync(HttpMessageInvoker http, Uri address, int maxBytes, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            // An HttpClient would first hold the whole answer, whatever its size.
            using var response = http is HttpClient client
                ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
                : await http.SendAsync(request, cancellation);
            return await ReadAsync(response, maxBytes, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new FetchOutcome.Failed(FetchFaults.Describe(e));
        }
    }

    /// <summary>Reads from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static ValueTask<FetchOutcome> FromFileAsync(string path, CancellationToken cancellation) =>
        FromFileAsync(path, DefaultMaxBytes, cancellation);

    /// <inheritdoc cref="FromFileAsync(string, CancellationToken)"/>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The largest document that is taken.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async ValueTask<FetchOutcome> FromFileAsync(string path, int maxBytes, CancellationToken cancellation)
    {
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            return await BoundedReader.ReadAsync(stream, maxBytes, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return new FetchOutcome.Failed(FetchFaults.Describe(e));
        }
    }

    private static async ValueTask<FetchOutcome> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellation)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new FetchOutcome.Failed($"the answer has status {(int)response.StatusCode}");
        }

        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            return new FetchOutcome.Failed("the answer is compressed, which nobody asked for");
        }

        if (response.Content.Headers.ContentLength > maxBytes)
        {
            return new FetchOutcome.Failed($"the answer is longer than {maxBytes} bytes");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        return await BoundedReader.ReadAsync(stream, maxBytes, cancellation);
    }
}
