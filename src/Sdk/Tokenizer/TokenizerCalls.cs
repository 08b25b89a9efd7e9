using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <summary>One call to the Tokenizer's services listener: JSON there, LunaDefend's envelope back.</summary>
internal sealed class TokenizerCalls : IDisposable
{
    private readonly HttpClient _http;
    private readonly ApplicationCredential _credential;

    public TokenizerCalls(IOptions<TokenizerOptions> options, ApplicationCredential credential)
    {
        _credential = credential;

        // Neither a redirect nor a proxy from the environment may see the application's credential.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(options.Value.Url.TrimEnd('/') + "/"),
            Timeout = options.Value.Timeout,
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Posts a body and gives the answer's <c>data</c>; whatever is not a clear success is thrown.</summary>
    public async Task<JsonElement> PostAsync(string path, Action<Utf8JsonWriter> writeBody, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(writeBody) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _credential.Current());
        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return Read(response, body);
        }
        catch (HttpRequestException fault)
        {
            throw Unavailable(fault);
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable(fault);
        }
    }

    private static ByteArrayContent Json(Action<Utf8JsonWriter> writeBody)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writeBody(writer);
            writer.WriteEndObject();
        }

        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static JsonElement Read(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (response.IsSuccessStatusCode && root.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True)
            {
                return root.TryGetProperty("data", out var data) ? data.Clone() : default;
            }

            if (root.TryGetProperty("error", out var error) && error.TryGetProperty("name", out var name) && name.GetString() is { Length: > 0 } reason)
            {
                // An error told with a success status is no success either.
                var code = response.IsSuccessStatusCode ? 502 : status;
                throw new TokenizerException(reason, code, $"The Tokenizer refused with {reason} ({status.ToString(CultureInfo.InvariantCulture)}).");
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw Unreadable(status, fault);
        }

        throw Unreadable(status, null);
    }

    private static TokenizerException Unreadable(int status, Exception? fault) => new(
        TokenizerException.AnswerInvalid, 502, $"The Tokenizer's answer (status {status.ToString(CultureInfo.InvariantCulture)}) cannot be read.", fault);

    private static TokenizerException Unavailable(Exception fault) =>
        new(TokenizerException.TokenizerUnavailable, 503, "The Tokenizer cannot be reached, or did not answer in time.", fault);
}
