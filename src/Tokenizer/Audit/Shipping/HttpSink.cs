using System.Net.Http.Headers;
using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit.Shipping;

/// <summary>Sends each checkpoint by POST. Any 2xx takes it; what the answer says beside is not read.</summary>
internal sealed class HttpSink(HttpMessageInvoker http, Uri url, Secret? token, TimeProvider clock) : ICheckpointSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task ShipAsync(StoredCheckpoint checkpoint, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes(checkpoint.Text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/jose") } },
        };
        try
        {
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Reveal(token));
            }

            using var answer = await http.SendAsync(request, either.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new CheckpointNotShippedException($"the sink answered {(int)answer.StatusCode}");
            }
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            throw new CheckpointNotShippedException($"the sink did not answer within {Patience}", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or FormatException)
        {
            throw new CheckpointNotShippedException($"the sink was not reached ({fault.GetType().Name})", fault);
        }
    }

    // A mounted secret changes without a restart.
    private static string Reveal(Secret token)
    {
        if (token.File is not { } file)
        {
            return token.Reveal();
        }

        return Secret.TryReadFile(file, out var value, out var why) ? value : throw new CheckpointNotShippedException($"the token's file {why}");
    }
}
