namespace AuthProxy.Jose;

/// <summary>
/// A verifier for one policy and one source of keys that verifies each token once: a token seen before costs a hash and a lookup, and no allocation.
/// </summary>
/// <param name="verifier">Verifies tokens that were not seen before.</param>
/// <param name="policy">What tokens must be.</param>
/// <param name="keys">The keys of their issuer.</param>
/// <param name="clock">What time it is.</param>
/// <param name="options">How much may be remembered.</param>
public sealed class CachedJwtVerifier(
    JwtVerifier verifier, JwtPolicy policy, IKeySource keys, TimeProvider clock, VerifiedTokenCacheOptions? options = null)
{
    // A parsed token with its claims takes a small multiple of its text.
    private const int BytesPerCharacter = 4;

    private readonly VerifiedTokenCache<JwtOutcome.Verified> _seen = new(clock, options);

    /// <summary>Verifies a compact token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellation">Ends the wait for keys.</param>
    public ValueTask<JwtOutcome> VerifyAsync(string token, CancellationToken cancellation)
    {
        // What is not ASCII is no token; the verifier says so in its own words.
        if (!TokenHash.TryCompute(token, out var hash))
        {
            return verifier.VerifyAsync(token, policy, keys, cancellation);
        }

        return _seen.TryGet(hash, out var seen) ? new ValueTask<JwtOutcome>(seen) : VerifyNewAsync(token, hash, cancellation);
    }

    /// <summary>Forgets all tokens, as after a change of keys.</summary>
    public void Clear() => _seen.Clear();

    private async ValueTask<JwtOutcome> VerifyNewAsync(string token, TokenHash hash, CancellationToken cancellation)
    {
        var epoch = _seen.Epoch;
        var outcome = await verifier.VerifyAsync(token, policy, keys, cancellation);
        if (outcome is JwtOutcome.Verified { Jwt.ExpiresAt: { } expires } verified)
        {
            _seen.Add(hash, verified, expires, token.Length * BytesPerCharacter, epoch);
        }

        return outcome;
    }
}
