using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What became of a code.</summary>
internal abstract record ExchangeOutcome
{
    private ExchangeOutcome()
    {
    }

    /// <summary>The tokens, none of them checked yet.</summary>
    public sealed record Exchanged(string IdToken, string? AccessToken, string? RefreshToken, TimeSpan? AccessTokenLife) : ExchangeOutcome
    {
        public override string ToString() => nameof(Exchanged);
    }

    /// <summary>The provider does not take the code, or answers something else than tokens.</summary>
    public sealed record Refused(string Why) : ExchangeOutcome;

    /// <summary>The provider cannot be reached, or has trouble of its own.</summary>
    public sealed record Unavailable(string Why) : ExchangeOutcome;
}

/// <summary>Exchanges a code for tokens (RFC 6749, section 4.1.3, with RFC 7636).</summary>
internal sealed class TokenEndpoint(OidcProviderSettings settings, ClientSecret secret, ProviderHttp http, TimeProvider clock)
{
    private const int MaximumBytes = 256 * 1024;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public async Task<ExchangeOutcome> ExchangeAsync(Uri endpoint, string code, string verifier, string redirectUri, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var request = Request(endpoint, code, verifier, redirectUri);
            using var response = await http.Invoker.SendAsync(request, either.Token);
            return (int)response.StatusCode >= 500
                ? new ExchangeOutcome.Unavailable($"the token endpoint answered with status {(int)response.StatusCode}")
                : await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ExchangeOutcome.Unavailable("the token endpoint did not answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new ExchangeOutcome.Unavailable($"the token endpoint cannot be reached ({fault.GetType().Name})");
        }
    }

    private HttpRequestMessage Request(Uri endpoint, string code, string verifier, string redirectUri)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("grant_type", "authorization_code"),
            new("code", code),
            new("redirect_uri", redirectUri),
            new("code_verifier", verifier),
        };
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (secret.Reveal() is { } value && settings.ClientAuthentication == OidcClientAuthentication.Basic)
        {
            // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined by a colon.
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{FormText.Encode(settings.ClientId)}:{FormText.Encode(value)}")));
        }
        else
        {
            form.Add(new("client_id", settings.ClientId));
            if (secret.Reveal() is { } posted)
            {
                form.Add(new("client_secret", posted));
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private static async Task<ExchangeOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new ExchangeOutcome.Refused($"the token endpoint answered with status {(int)response.StatusCode}");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = ArrayPool<byte>.Shared.Rent(MaximumBytes + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(bytes, MaximumBytes + 1, throwOnEndOfStream: false, cancellation);
            if (length > MaximumBytes)
            {
                return new ExchangeOutcome.Refused("the token endpoint's answer is too large");
            }

            using var json = JsonDocument.Parse(bytes.AsMemory(0, length), Options);
            return Read(json.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return new ExchangeOutcome.Refused("the token endpoint's answer is not the JSON that it should be");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    private static ExchangeOutcome Read(JsonElement answer)
    {
        if (Text(answer, "id_token") is not { } idToken)
        {
            return new ExchangeOutcome.Refused("the token endpoint gave no ID token");
        }

        if (Text(answer, "token_type") is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return new ExchangeOutcome.Refused("the token endpoint gave an access token of another type than Bearer");
        }

        TimeSpan? life = answer.TryGetProperty("expires_in", out var seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt32(out var value) && value > 0
            ? TimeSpan.FromSeconds(value)
            : null;
        return new ExchangeOutcome.Exchanged(idToken, Text(answer, "access_token"), Text(answer, "refresh_token"), life);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
