using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Mutation.IdToken;

/// <summary>Signs ID tokens, and hands one out again until less than a tenth of its life is left.</summary>
internal sealed class IdTokenSource(TimeProvider time)
{
    // Oathkeeper's, which verifiers may check; what we sign for ourselves has types of its own.
    private const string Type = "JWT";

    // Upstreams read headers up to 8 KiB by default; a token that arrives nowhere must not look like one that did.
    private const int LongestToken = 8 * 1024;
    private const int Deepest = 32;
    private const int MostTokens = 10_000;

    private readonly AnswerCache<IdTokenOutcome> _signed = new(time, MostTokens);

    /// <param name="settings">Issuer and life.</param>
    /// <param name="key">What signs.</param>
    /// <param name="subject">Of whom it speaks.</param>
    /// <param name="claims">A JSON text with what it says besides.</param>
    /// <param name="notAfter">It never speaks longer than this; null: for its whole life.</param>
    /// <param name="cancellation">The client has gone.</param>
    public ValueTask<IdTokenOutcome> ForAsync(
        IdTokenSettings settings, SigningKey key, Subject subject, string claims, DateTimeOffset? notAfter, CancellationToken cancellation)
    {
        var cacheKey = AnswerKey.Of(
            settings.IssuerUrl, $"{settings.Lifetime.Ticks}", settings.JwksUrl, key.KeyId, key.Thumbprint, claims, subject.Issuer, subject.Id, $"{notAfter?.UtcTicks}");
        return _signed.GetAsync(cacheKey, () => new(Sign(settings, key, subject, claims, notAfter)), KeepFor, cancellation);
    }

    private TimeSpan KeepFor(IdTokenOutcome outcome) => outcome is IdTokenOutcome.Signed signed ? (signed.ExpiresAt - time.GetUtcNow()) * 0.9 : TimeSpan.Zero;

    private IdTokenOutcome Sign(IdTokenSettings settings, SigningKey key, Subject subject, string claims, DateTimeOffset? notAfter)
    {
        var now = time.GetUtcNow();
        var expires = now + settings.Lifetime;
        expires = notAfter < expires ? notAfter.Value : expires;
        try
        {
            var further = JsonElement.Parse(Encoding.UTF8.GetBytes(claims), new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false });
            if (further.ValueKind != JsonValueKind.Object)
            {
                return new IdTokenOutcome.Failed("the claims are no JSON object");
            }

            var token = JwtSigner.Sign(key, Type, new Content(settings.IssuerUrl, subject.Id, now, expires, further), static (writer, content) => content.Write(writer));
            return token.Length > LongestToken ? new IdTokenOutcome.Failed("the token with its claims is too long for a header") : new IdTokenOutcome.Signed(token, expires);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The parser's own message may quote what it read.
            return new IdTokenOutcome.Failed("the claims are no JSON once they are filled in, or name one twice");
        }
    }

    private readonly record struct Content(string Issuer, string Subject, DateTimeOffset Now, DateTimeOffset Expires, JsonElement Further)
    {
        public void Write(Utf8JsonWriter writer)
        {
            writer.WriteString("iss"u8, Issuer);
            writer.WriteString("sub"u8, Subject);
            writer.WriteNumber("iat"u8, Now.ToUnixTimeSeconds());
            writer.WriteNumber("nbf"u8, Now.ToUnixTimeSeconds());
            writer.WriteNumber("exp"u8, Expires.ToUnixTimeSeconds());
            writer.WriteString("jti"u8, Guid.NewGuid());
            foreach (var claim in Further.EnumerateObject())
            {
                if (claim.Name is not ("iss" or "sub" or "iat" or "nbf" or "exp" or "jti"))
                {
                    claim.WriteTo(writer);
                }
            }
        }
    }
}

/// <summary>What came of signing.</summary>
internal abstract record IdTokenOutcome
{
    private IdTokenOutcome()
    {
    }

    public sealed record Signed(string Token, DateTimeOffset ExpiresAt) : IdTokenOutcome;

    /// <param name="Why">For the operator; holds no claim.</param>
    public sealed record Failed(string Why) : IdTokenOutcome;
}
