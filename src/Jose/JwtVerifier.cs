using AuthProxy.Jose.Verifying;

namespace AuthProxy.Jose;

/// <summary>Decides whether a JSON web token may be believed (RFC 7519, 7.2; RFC 8725).</summary>
/// <param name="clock">What time it is.</param>
/// <param name="limits">How large tokens may be; <see cref="JwtLimits.Default"/> when null.</param>
public sealed class JwtVerifier(TimeProvider clock, JwtLimits? limits = null)
{
    private readonly JwtLimits _limits = limits ?? JwtLimits.Default;

    /// <summary>Verifies a compact token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="policy">What it must be.</param>
    /// <param name="keys">The keys of its issuer.</param>
    /// <param name="cancellation">Ends the wait for keys.</param>
    public ValueTask<JwtOutcome> VerifyAsync(string token, JwtPolicy policy, IKeySource keys, CancellationToken cancellation) =>
        VerifyAsync(token.AsMemory(), policy, keys, cancellation);

    /// <inheritdoc cref="VerifyAsync(string, JwtPolicy, IKeySource, CancellationToken)"/>
    public ValueTask<JwtOutcome> VerifyAsync(ReadOnlyMemory<char> token, JwtPolicy policy, IKeySource keys, CancellationToken cancellation) =>
        UnverifiedJwt.Read(token.Span, _limits) switch
        {
            JwtReadOutcome.Read read => VerifyAsync(read.Jwt, policy, keys, cancellation),
            JwtReadOutcome.Malformed malformed => Rejected(JwtFault.Malformed, malformed.Why),
            _ => Rejected(JwtFault.Malformed, "the token could not be read"),
        };

    /// <summary>Verifies a token that was read before, to find out whose keys to ask.</summary>
    /// <param name="jwt">The token.</param>
    /// <param name="policy">What it must be.</param>
    /// <param name="keys">The keys of its issuer.</param>
    /// <param name="cancellation">Ends the wait for keys.</param>
    public async ValueTask<JwtOutcome> VerifyAsync(UnverifiedJwt jwt, JwtPolicy policy, IKeySource keys, CancellationToken cancellation)
    {
        var (signer, fault) = await SignatureCheck.FindSignerAsync(jwt.Jws, policy.Algorithms, keys, cancellation);
        if (signer is null)
        {
            return fault!;
        }

        if (RegisteredClaims.Read(jwt.Claims, out var claims) is { } malformed)
        {
            return new JwtOutcome.Rejected(JwtFault.ClaimInvalid, $"the token's claim {malformed} is malformed");
        }

        return ClaimChecks.Check(jwt, claims!, policy, clock.GetUtcNow())
            ?? (JwtOutcome)new JwtOutcome.Verified(new VerifiedJwt(jwt, signer.KeyId, claims!));
    }

    private static ValueTask<JwtOutcome> Rejected(JwtFault fault, string why) => new(new JwtOutcome.Rejected(fault, why));
}
