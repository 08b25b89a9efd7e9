using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <inheritdoc cref="IGrants"/>
internal sealed class GrantClient(TokenizerCalls calls, IOptions<TokenizerOptions> options) : IGrants
{
    public Task CreateAsync(HttpContext context, string token, TimeSpan? duration = null, CancellationToken cancellation = default) =>
        CreateAsync(context, [token], duration, cancellation);

    public async Task CreateAsync(HttpContext context, IReadOnlyCollection<string> tokens, TimeSpan? duration = null, CancellationToken cancellation = default) =>
        await CreateAsync(await CurrentSession.FromAsync(context, options.Value), tokens, duration, cancellation);

    public Task CreateAsync(string sessionId, IReadOnlyCollection<string> tokens, TimeSpan? duration = null, CancellationToken cancellation = default) =>
        CreateAsync(CurrentSession.Named(sessionId), tokens, duration, cancellation);

    public Task VerifyAsync(HttpContext context, string? token, CancellationToken cancellation = default) =>
        VerifyAsync(context, [token], cancellation);

    public async Task VerifyAsync(HttpContext context, IReadOnlyCollection<string?> tokens, CancellationToken cancellation = default) =>
        await VerifyAsync(await CurrentSession.FromAsync(context, options.Value), tokens, cancellation);

    public Task VerifyAsync(string sessionId, IReadOnlyCollection<string?> tokens, CancellationToken cancellation = default) =>
        VerifyAsync(CurrentSession.Named(sessionId), tokens, cancellation);

    private Task CreateAsync(CurrentSession session, IReadOnlyCollection<string> tokens, TimeSpan? duration, CancellationToken cancellation)
    {
        var custom = duration is { } given ? GoDuration(given) : null;
        return ForEachAsync(tokens, CallAsync, cancellation);

        async Task CallAsync(string token, CancellationToken stop) => await calls.PostAsync(
            "grant/set",
            body =>
            {
                Name(body, session, token);
                if (custom is not null)
                {
                    body.WriteString("customDuration", custom);
                }

                if (session.Assertion is not null)
                {
                    body.WriteString("assertion", session.Assertion);
                }
            },
            stop);
    }

    private Task VerifyAsync(CurrentSession session, IReadOnlyCollection<string?> tokens, CancellationToken cancellation)
    {
        // Nothing was checked, and a caller would read the silence as a yes.
        if (tokens.Count == 0)
        {
            throw new TokenizerException(TokenizerException.TokenMissing, StatusCodes.Status400BadRequest, "There is no token to verify.");
        }

        return ForEachAsync(tokens, CallAsync, cancellation);

        async Task CallAsync(string token, CancellationToken stop)
        {
            var data = await calls.PostAsync("grant/verify", body => Name(body, session, token), stop);
            if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("valid", out var valid) || valid.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                throw new TokenizerException(TokenizerException.AnswerInvalid, StatusCodes.Status502BadGateway, "The Tokenizer did not say whether the grant is valid.");
            }

            if (valid.ValueKind == JsonValueKind.False)
            {
                throw new TokenizerException(TokenizerException.GrantMissing, StatusCodes.Status403Forbidden, "The session has no grant for this token.");
            }
        }
    }

    /// <summary>Every shape is checked before the first call: a list with a foreign text in it changes nothing.</summary>
    private async Task ForEachAsync(IReadOnlyCollection<string?> tokens, Func<string, CancellationToken, Task> call, CancellationToken cancellation)
    {
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            if (!DataToken.HasShape(token))
            {
                throw new TokenizerException(TokenizerException.TokenMalformed, StatusCodes.Status400BadRequest, "A text that should be a token has not a token's shape.");
            }

            distinct.Add(token!);
        }

        if (distinct.Count == 1)
        {
            await call(distinct.First(), cancellation);
            return;
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellation };
        await Parallel.ForEachAsync(distinct, parallel, async (token, stop) => await call(token, stop));
    }

    private static void Name(Utf8JsonWriter body, CurrentSession session, string token)
    {
        body.WriteString("sessionId", session.Id);
        body.WriteString("tokenId", token);
        if (session.UserId is not null)
        {
            body.WriteString("userId", session.UserId);
        }
    }

    private static string GoDuration(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.FromMilliseconds(1));
        return ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";
    }
}
