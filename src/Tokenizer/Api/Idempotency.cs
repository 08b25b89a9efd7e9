using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Api;

/// <summary>
/// A request with an <c>Idempotency-Key</c> is done once: whoever repeats it within a day, because the answer was lost, gets the same answer. A key
/// is its caller's alone. What is kept of an answer opens only with key and body of the request.
/// </summary>
internal sealed class Idempotency(ITokenStore store, LookupKeys keys, TimeProvider clock)
{
    private const string Header = "Idempotency-Key";
    private const int LongestKey = 255;

    /// <summary>How many new keys a caller may use within an hour.</summary>
    private const int KeysPerHour = 10_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    /// <summary>Whoever has not answered by then has crashed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static bool IsAskedFor(HttpContext context) => context.Request.Headers.ContainsKey(Header);

    public async Task<Answer> OnceAsync(HttpContext context, byte[] caller, string path, JsonBody body, Func<CancellationToken, Task<Answer>> run)
    {
        if (!IsAskedFor(context))
        {
            return await run(context.RequestAborted);
        }

        if (context.Request.Headers[Header] is not [{ Length: > 0 and <= LongestKey } key] || key.Any(character => character is <= ' ' or > '~' or ','))
        {
            return new Refused(TokenizerRefusals.IdempotencyKeyInvalid, $"the key is given twice, empty, longer than {LongestKey} characters or has other characters than visible ones of ASCII");
        }

        var request = keys.OfRequest(caller, key);
        var attempt = RandomNumberGenerator.GetBytes(16);
        var now = clock.NowMilliseconds();
        var claim = await store.ClaimAnswerAsync(
            request, keys.OfContent(path, body.Sent), attempt, now + (long)Patience.TotalMilliseconds, now, context.RequestAborted);
        return claim switch
        {
            AnswerClaim.Yours => await DoAsync(new Attempt(request, attempt, keys.OfAnswer(caller, key, body.Sent)), caller, run),
            AnswerClaim.Answered(var box) => Repeat(context, request, keys.OfAnswer(caller, key, body.Sent), box),
            AnswerClaim.UnderWay => new Refused(TokenizerRefusals.RequestUnderWay, "a request with this key is being answered"),
            AnswerClaim.AnotherRequest => new Refused(TokenizerRefusals.IdempotencyKeyReused, "the key was used with another address or body"),
            _ => throw new UnreachableException(),
        };
    }

    private async Task<Answer> DoAsync(Attempt attempt, byte[] caller, Func<CancellationToken, Task<Answer>> run)
    {
        var isDone = false;
        try
        {
            var now = clock.NowMilliseconds();
            if (!await store.CountAsync(keys.OfCounter("idempotency keys", Convert.ToHexString(caller)), KeysPerHour, now, CancellationToken.None))
            {
                return new Refused(
                    TokenizerRefusals.IdempotencyLimitReached with { RetryAfter = Hours.SecondsLeft(now) }, $"the caller used {KeysPerHour} keys in this hour");
            }

            // Also where the client is gone by now: that is what it will come back for.
            var answer = await run(CancellationToken.None);
            if (Pack(answer) is { } packed)
            {
                // From here on it has happened: who repeats it must not find it undone, even where this cannot be kept.
                isDone = true;
                var box = SealedBox.Seal(attempt.Key, BoundTo(attempt.Request), packed);
                await store.RememberAnswerAsync(attempt.Request, attempt.Id, box, now + (long)Remembered.TotalMilliseconds, CancellationToken.None);
            }

            return answer;
        }
        finally
        {
            if (!isDone)
            {
                await ForgetAsync(attempt);
            }
        }
    }

    // Where even this fails, the next one waits until nobody is waited for any more.
    private async Task ForgetAsync(Attempt attempt)
    {
        try
        {
            await store.ForgetAnswerAsync(attempt.Request, attempt.Id, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
        }
    }

    private static Answer Repeat(HttpContext context, byte[] request, byte[] key, byte[] box)
    {
        if (SealedBox.Open(key, BoundTo(request), box) is not { Length: >= sizeof(ushort) } packed)
        {
            throw new Tokens.DamagedRowException("a remembered answer does not open");
        }

        context.Response.Headers["Idempotent-Replayed"] = "true";
        var status = BinaryPrimitives.ReadUInt16BigEndian(packed);
        return status == StatusCodes.Status204NoContent ? new Answer.Done() : new Answer.Repeated(status, packed.AsMemory(sizeof(ushort)));
    }

    /// <returns>Null where there is nothing to keep: what was refused may be tried again.</returns>
    private static byte[]? Pack(Answer answer)
    {
        var (status, json) = answer switch
        {
            Answer.Plain(var code, var write) => (code, PlainJson.ToBytes(write)),
            Answer.Done => (StatusCodes.Status204NoContent, default),
            _ => (0, default),
        };
        if (status == 0)
        {
            return null;
        }

        var packed = new byte[sizeof(ushort) + json.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packed, (ushort)status);
        json.CopyTo(packed.AsMemory(sizeof(ushort)));
        return packed;
    }

    private static byte[] BoundTo(byte[] request) => AssociatedData.Of("idempotent answer", [SealedBox.Format], request);

    /// <param name="Id">Whose turn it is.</param>
    /// <param name="Key">Under which the answer is sealed.</param>
    private sealed record Attempt(byte[] Request, byte[] Id, byte[] Key);
}
