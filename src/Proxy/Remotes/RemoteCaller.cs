using System.Diagnostics;
using System.Net;
using System.Text;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Remotes;

/// <inheritdoc/>
internal sealed class RemoteCaller(TimeProvider time) : IRemoteCaller, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);

    private readonly HttpMessageInvoker _http = new(CreateHandler());

    public async ValueTask<RemoteOutcome> AskAsync(RemoteRequest request, RemotePolicy policy, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(policy.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await AskOnceAsync(request, policy, either.Token);
            cancellation.ThrowIfCancellationRequested();
            if (attempt >= policy.Attempts || deadline.IsCancellationRequested || !MayPass(outcome))
            {
                return outcome;
            }

            try
            {
                await Task.Delay(pause < policy.LongestPause ? pause : policy.LongestPause, time, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return outcome;
            }

            pause *= 2;
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Whether another attempt may fare better.</summary>
    private static bool MayPass(RemoteOutcome outcome) => outcome switch
    {
        RemoteOutcome.Answered answered => answered.Status is 429 or >= 500,
        RemoteOutcome.Unanswered => true,
        _ => throw new UnreachableException(),
    };

    private async ValueTask<RemoteOutcome> AskOnceAsync(RemoteRequest request, RemotePolicy policy, CancellationToken cancellation)
    {
        try
        {
            using var message = MessageOf(request);
            using var response = await _http.SendAsync(message, cancellation);
            if (response.Content.Headers.ContentEncoding.Count > 0)
            {
                return new RemoteOutcome.Unanswered("the answer is compressed, which nobody asked for");
            }

            return await BoundedContent.ReadAsync(response.Content, policy.LongestAnswer, cancellation) is { } body
                ? new RemoteOutcome.Answered((int)response.StatusCode, response.Headers, body)
                : new RemoteOutcome.Unanswered($"the answer is longer than {policy.LongestAnswer} bytes");
        }
        catch (OperationCanceledException)
        {
            return new RemoteOutcome.Unanswered("there was no answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            // Without the platform's text, which may quote addresses with credentials.
            return new RemoteOutcome.Unanswered(fault is HttpRequestException http ? $"the service could not be asked ({http.HttpRequestError})" : "the connection broke off");
        }
    }

    private static HttpRequestMessage MessageOf(RemoteRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            if (request.ContentType is { } type)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    // Fetching key sets needs the same manners: no redirects, cookies, proxies or decompression.
    private static SocketsHttpHandler CreateHandler()
    {
        var handler = DocumentFetcher.CreateHandler();
        handler.MaxConnectionsPerServer = 512;

        // Header bytes pass as they came, whatever encoding they were meant in.
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        return handler;
    }
}
