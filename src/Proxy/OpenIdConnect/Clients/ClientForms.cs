using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthProxy.Jose.Reading;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect.Clients;

/// <summary>What a provider made of a form.</summary>
internal abstract record FormOutcome
{
    private FormOutcome()
    {
    }

    /// <summary>It did what was asked.</summary>
    /// <param name="Answer">A JSON object without duplicate members; nothing of it is checked yet.</param>
    public sealed record Answered(JsonElement Answer) : FormOutcome
    {
        public override string ToString() => nameof(Answered);
    }

    /// <summary>It says no, or answers something that is no answer.</summary>
    /// <param name="Why">For the operator.</param>
    /// <param name="Error">The error's code (RFC 6749, section 5.2); null where there is none fit to be told.</param>
    public sealed record Refused(string Why, string? Error = null) : FormOutcome;

    /// <summary>It cannot be reached, or has trouble of its own: nothing is known of what was asked.</summary>
    public sealed record Unavailable(string Why) : FormOutcome
    {
        /// <summary>How long it wants to be left alone.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }
}

/// <summary>Posts forms to a provider's own endpoints as the client that we are there: codes, refreshes, pushed requests.</summary>
internal sealed class ClientForms(OidcProviderSettings settings, ClientAuthentication authentication, ProviderHttp http, TimeProvider clock)
{
    private const int MaximumBytes = 256 * 1024;
    private const int MaximumDepth = 16;

    private static readonly FormOutcome Nothing = new FormOutcome.Answered(JsonElement.Parse("{}"u8));

    /// <param name="endpoint">Where to, and what it is called in messages.</param>
    /// <param name="tokenEndpoint">The provider's token endpoint.</param>
    /// <param name="fields">The form without what proves who we are.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public Task<FormOutcome> PostAsync(
        (string Name, Uri Address) endpoint, Uri tokenEndpoint, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellation) =>
        PostAsync(endpoint, tokenEndpoint, fields, isAnswered: true, cancellation);

    /// <summary>The same where the status says all (RFC 7009, section 2.2): whatever else comes is not read.</summary>
    public Task<FormOutcome> PostUnansweredAsync(
        (string Name, Uri Address) endpoint, Uri tokenEndpoint, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellation) =>
        PostAsync(endpoint, tokenEndpoint, fields, isAnswered: false, cancellation);

    private async Task<FormOutcome> PostAsync(
        (string Name, Uri Address) endpoint, Uri tokenEndpoint, IEnumerable<KeyValuePair<string, string>> fields, bool isAnswered, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            List<KeyValuePair<string, string>> form = [.. fields];
            if (authentication.TryAdd(request, form, tokenEndpoint) is { } why)
            {
                return new FormOutcome.Unavailable(why);
            }

            request.Content = new FormUrlEncodedContent(form);
            using var response = await http.Invoker.SendAsync(request, either.Token);
            return !isAnswered && response.StatusCode == System.Net.HttpStatusCode.OK ? Nothing : await ReadAsync(endpoint.Name, response, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new FormOutcome.Unavailable($"{endpoint.Name} did not answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new FormOutcome.Unavailable($"{endpoint.Name} cannot be reached ({fault.GetType().Name})");
        }
    }

    private static async Task<FormOutcome> ReadAsync(string endpoint, HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        if (status is >= 500 or StatusCodes.Status429TooManyRequests or StatusCodes.Status408RequestTimeout)
        {
            return new FormOutcome.Unavailable($"{endpoint} answered with status {status}") { RetryAfter = response.Headers.RetryAfter?.Delta };
        }

        var (answer, why) = await ReadObjectAsync(response, cancellation);
        if (status is StatusCodes.Status200OK or StatusCodes.Status201Created)
        {
            return answer is { } json ? new FormOutcome.Answered(json) : new FormOutcome.Refused($"{endpoint}'s answer {why}");
        }

        var error = answer is { } body && body.TryGetProperty("error"u8, out var code) && code.ValueKind == JsonValueKind.String ? ErrorCodes.Of(code.GetString()) : null;
        return new FormOutcome.Refused($"{endpoint} answered with status {status}{(error is null ? "" : $" and the error {error}")}", error);
    }

    /// <summary>A JSON object of bounded size, without duplicate members and with texts that can be read; null, and why, for everything else.</summary>
    public static async Task<(JsonElement? Answer, string Why)> ReadObjectAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = ArrayPool<byte>.Shared.Rent(MaximumBytes + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(bytes, MaximumBytes + 1, throwOnEndOfStream: false, cancellation);
            if (length > MaximumBytes)
            {
                return (null, "is too large");
            }

            return StrictJson.ParseObject(bytes.AsSpan(0, length), MaximumDepth, out var answer) is { } fault ? (null, fault) : (answer, "");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }
}
