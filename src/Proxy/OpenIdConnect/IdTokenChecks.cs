using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What an ID token is worth.</summary>
internal abstract record IdTokenOutcome
{
    private IdTokenOutcome()
    {
    }

    public sealed record Believed(VerifiedJwt Token) : IdTokenOutcome;

    public sealed record Refused(string Why) : IdTokenOutcome;

    /// <summary>It is genuine, and speaks of somebody else than the session that it came for.</summary>
    public sealed record OfAnother(string Why) : IdTokenOutcome;

    public sealed record Unavailable(string Why) : IdTokenOutcome;
}

/// <summary>Decides whether an ID token is the answer to our question (OpenID Connect Core 1.0, sections 3.1.3.7 and 3.1.3.8).</summary>
internal sealed class IdTokenChecks(OidcProviderSettings settings, IKeySource keys, TimeProvider clock)
{
    /// <summary>OpenID Connect Core, section 2: a <c>sub</c> has at most 255 characters.</summary>
    private const int LongestSubject = 255;

    private readonly JwtVerifier _verifier = new(clock);
    private readonly JwtPolicy _policy = new()
    {
        Algorithms = settings.AllowedAlgorithms,
        Issuers = [settings.Issuer],
        Audiences = [settings.Client.Id],
        ClockSkew = settings.ClockSkew,
        RequiredClaims = ["sub", "iat", "nonce"],
    };

    private readonly JwtPolicy _refreshedPolicy = new()
    {
        Algorithms = settings.AllowedAlgorithms,
        Issuers = [settings.Issuer],
        Audiences = [settings.Client.Id],
        ClockSkew = settings.ClockSkew,
        RequiredClaims = ["sub", "iat"],
    };

    public async ValueTask<IdTokenOutcome> CheckAsync(string idToken, string? accessToken, string nonce, CancellationToken cancellation) =>
        await _verifier.VerifyAsync(idToken, _policy, keys, cancellation) switch
        {
            JwtOutcome.Verified verified => Object(verified.Jwt, accessToken, nonce) is { } why
                ? new IdTokenOutcome.Refused(why)
                : new IdTokenOutcome.Believed(verified.Jwt),
            JwtOutcome.Rejected rejected => new IdTokenOutcome.Refused($"the ID token is not believed: {rejected.Why}"),
            JwtOutcome.KeysUnavailable unavailable => new IdTokenOutcome.Unavailable($"the provider's keys cannot be had: {unavailable.Why}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The same for an ID token that came with new tokens of a session (OpenID Connect Core 1.0, section 12.2).</summary>
    public async ValueTask<IdTokenOutcome> CheckRefreshedAsync(string idToken, string? accessToken, Session session, CancellationToken cancellation) =>
        await _verifier.VerifyAsync(idToken, _refreshedPolicy, keys, cancellation) switch
        {
            JwtOutcome.Verified { Jwt: var token } when token.Subject != session.SubjectId => new IdTokenOutcome.OfAnother("the new ID token is somebody else's"),
            JwtOutcome.Verified { Jwt: var token } => (ObjectToNonce(token, session) ?? ObjectToCompany(token, accessToken)) is { } why
                ? new IdTokenOutcome.Refused(why)
                : new IdTokenOutcome.Believed(token),
            JwtOutcome.Rejected rejected => new IdTokenOutcome.Refused($"the new ID token is not believed: {rejected.Why}"),
            JwtOutcome.KeysUnavailable unavailable => new IdTokenOutcome.Unavailable($"the provider's keys cannot be had: {unavailable.Why}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private string? Object(VerifiedJwt token, string? accessToken, string nonce)
    {
        if (token.Subject is not { Length: > 0 and <= LongestSubject })
        {
            return "the ID token's sub is empty or too long";
        }

        return IsSame(token.Text("nonce"), nonce) ? ObjectToCompany(token, accessToken) : "the ID token answers another login";
    }

    // It should have none; where it has one, that is the login's.
    private static string? ObjectToNonce(VerifiedJwt token, Session session) =>
        token.Text("nonce") is { } nonce
        && session.Tokens.IdToken is { } before
        && UnverifiedJwt.Read(before) is JwtReadOutcome.Read { Jwt.Claims: var claims }
        && claims.TryGetProperty("nonce", out var known)
        && !known.ValueEquals(nonce)
            ? "the new ID token answers another login"
            : null;

    private string? ObjectToCompany(VerifiedJwt token, string? accessToken)
    {
        // A token for several parties must say which of them it was given to.
        if ((token.Audiences.Count > 1 || token.Claims.TryGetProperty("azp", out _)) && token.Text("azp") != settings.Client.Id)
        {
            return "the ID token was given to another client";
        }

        return token.Claims.TryGetProperty("at_hash", out _) && !IsHashOf(token, accessToken)
            ? "the access token is not the one that the ID token was given with"
            : null;
    }

    // Section 3.1.3.6: the left half of the hash that the algorithm's name ends in.
    private static bool IsHashOf(VerifiedJwt token, string? accessToken)
    {
        if (accessToken is null)
        {
            return false;
        }

        var bytes = Encoding.ASCII.GetBytes(accessToken);
        var hash = token.Algorithm[^3..] switch
        {
            "256" => SHA256.HashData(bytes),
            "384" => SHA384.HashData(bytes),
            _ => SHA512.HashData(bytes),
        };
        return IsSame(token.Text("at_hash"), Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2)));
    }

    private static bool IsSame(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
