using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication.Tokens;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Jwt;

/// <summary>Which tokens are believed, and what is remembered of those that were. Rules that believe the same tokens share one.</summary>
internal sealed class JwtTrust(JwtSettings settings, RuleForm form, IKeySource keys, JwtVerifier verifier, BearerSessions sessions, BearerEndings endings, TimeProvider time)
{
    // Claims, subject and outcome take a small multiple of the token's text.
    private const int BytesPerCharacter = 4;

    private static readonly AuthenticationOutcome.NotMine Opaque = new("the token is opaque, no JSON web token");

    private readonly VerifiedTokenCache<AuthenticationOutcome.Accepted> _seen = new(time);
    private readonly ScopeStrategy _strategy = settings.ScopeStrategy ?? (form == RuleForm.Oathkeeper ? ScopeStrategy.None : ScopeStrategy.Exact);
    private readonly bool _forwards = settings.ForwardCredentials ?? form == RuleForm.Oathkeeper;

    private readonly JwtPolicy _policy = new()
    {
        Algorithms = settings.AllowedAlgorithms,
        Issuers = settings.TrustedIssuers.Count > 0 ? settings.TrustedIssuers : null,
        AllAudiences = settings.TargetAudience.Count > 0 ? settings.TargetAudience : null,
        ClockSkew = settings.ClockSkew,
        RequiredClaims = form == RuleForm.Oathkeeper ? [] : ["sub", "iss"],
    };

    /// <summary>
    /// A bearer is a session only where the token is meant for this realm: one that was made for another service, and stolen
    /// there, must not hold grants here.
    /// </summary>
    public bool GivesSession { get; } = settings.TargetAudience.Count > 0 && settings.TrustedIssuers.Count > 0;

    /// <inheritdoc cref="IAuthenticator.Trusts"/>
    public TrustedTokens Trusts { get; } = new(settings.TrustedIssuers, settings.TargetAudience);

    public ValueTask<AuthenticationOutcome> JudgeAsync(BearerToken token, CancellationToken cancellation)
    {
        if (!token.LooksLikeJwt || !TokenHash.TryCompute(token.Text, out var hash))
        {
            return new(Opaque);
        }

        return _seen.TryGet(hash, out var accepted) ? endings.HoldAsync(accepted, cancellation) : VerifyAsync(token.Text!, hash, cancellation);
    }

    /// <summary>Forgets all tokens: a key that their issuer withdrew counts no longer.</summary>
    public void Forget() => _seen.Clear();

    private async ValueTask<AuthenticationOutcome> VerifyAsync(string token, TokenHash hash, CancellationToken cancellation)
    {
        var epoch = _seen.Epoch;
        switch (await JudgeSignatureAsync(token, cancellation))
        {
            case JwtOutcome.Verified { Jwt: { ExpiresAt: { } expires } jwt }:
                return form == RuleForm.AuthProxy && string.IsNullOrEmpty(jwt.Subject) ? Reject("the token names no subject")
                    : MissingScope(jwt) is { } scope ? Reject($"scope '{scope}' is not granted")
                    : await endings.HoldAsync(Remember(token, hash, Accept(jwt, token, expires), expires, epoch), cancellation);
            case JwtOutcome.Rejected rejected:
                return Reject($"{rejected.Fault}: {rejected.Why}");
            case JwtOutcome.KeysUnavailable unavailable:
                return new AuthenticationOutcome.Rejected(ProxyRefusals.KeysUnavailable, unavailable.Why);
            default:
                return Reject("the token was not verified");
        }
    }

    // Oathkeeper tries no keys: a token has to name the one that signed it.
    private ValueTask<JwtOutcome> JudgeSignatureAsync(string token, CancellationToken cancellation) => UnverifiedJwt.Read(token) switch
    {
        JwtReadOutcome.Read { Jwt.KeyId: null } when form == RuleForm.Oathkeeper => new(new JwtOutcome.Rejected(JwtFault.KeyUnknown, "the token names no key (kid)")),
        JwtReadOutcome.Read read => verifier.VerifyAsync(read.Jwt, _policy, keys, cancellation),
        JwtReadOutcome.Malformed malformed => new(new JwtOutcome.Rejected(JwtFault.Malformed, malformed.Why)),
        _ => new(new JwtOutcome.Rejected(JwtFault.Malformed, "the token could not be read")),
    };

    private static AuthenticationOutcome.Rejected Reject(string why) => new(ProxyRefusals.CredentialsInvalid, why);

    private AuthenticationOutcome.Accepted Remember(string token, TokenHash hash, AuthenticationOutcome.Accepted accepted, DateTimeOffset expires, long epoch)
    {
        _seen.Add(hash, accepted, expires, token.Length * BytesPerCharacter, epoch);
        return accepted;
    }

    private AuthenticationOutcome.Accepted Accept(VerifiedJwt jwt, string token, DateTimeOffset expires)
    {
        var claims = form == RuleForm.Oathkeeper ? ScopeClaims.Normalize(jwt.Claims) : jwt.Claims;
        var (issuer, subject) = (jwt.Issuer ?? "", jwt.Subject ?? "");
        var sid = sessions.SidOf(issuer, jwt.Claims, token);
        var bearer = sessions.IdentityOf(issuer, subject, sid, jwt.IssuedAt, expires);
        return settings.TokenFrom.Accept(
            new Subject(issuer, subject, claims, GivesSession ? new SessionIdentity(sid, expires) : null) { Bearer = bearer }, _forwards);
    }

    private string? MissingScope(VerifiedJwt jwt)
    {
        if (settings.RequiredScope.Count == 0)
        {
            return null;
        }

        var granted = ScopeClaims.Read(jwt.Claims);
        return settings.RequiredScope.FirstOrDefault(required => !_strategy.Covers(granted, required));
    }
}
