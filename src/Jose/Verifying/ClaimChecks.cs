using System.Text.Json;
using static AuthProxy.Jose.JwtOutcome;

namespace AuthProxy.Jose.Verifying;

/// <summary>What a policy asks of claims and type once the signature is known to be good. Null means nothing is wrong.</summary>
internal static class ClaimChecks
{
    public static Rejected? Check(UnverifiedJwt jwt, RegisteredClaims claims, JwtPolicy policy, DateTimeOffset now) =>
        CheckType(jwt.Type, policy)
        ?? CheckPurpose(jwt.Claims, policy)
        ?? CheckIssuer(claims, policy)
        ?? CheckAudience(claims, policy)
        ?? CheckTimes(claims, policy, now)
        ?? CheckLifetime(claims, policy)
        ?? CheckRequired(jwt.Claims, policy);

    private static Rejected? CheckType(string? type, JwtPolicy policy)
    {
        if (policy.Type is not { } wanted)
        {
            return JwtTypes.IsForOnePurpose(type)
                ? new Rejected(JwtFault.TypeNotAccepted, "the token was made for another purpose")
                : null;
        }

        return (type is not null && JwtTypes.Same(type, wanted)) || (policy.TypeIsOptional && JwtTypes.IsGeneral(type))
            ? null
            : new Rejected(JwtFault.TypeNotAccepted, $"the token's typ is not {wanted}");
    }

    // A logout token need not say by its typ that it is one. Its event says so, and no ID or access token has it.
    private static Rejected? CheckPurpose(JsonElement claims, JwtPolicy policy) =>
        policy.Type is null && LogoutEvent.IsIn(claims)
            ? new Rejected(JwtFault.TypeNotAccepted, "the token tells of a logout, and is no credential")
            : null;

    private static Rejected? CheckIssuer(RegisteredClaims claims, JwtPolicy policy) =>
        policy.Issuers is null || (claims.Issuer is { } issuer && policy.Issuers.Contains(issuer))
            ? null
            : new Rejected(JwtFault.IssuerNotTrusted, "the token's issuer is not trusted");

    private static Rejected? CheckAudience(RegisteredClaims claims, JwtPolicy policy)
    {
        var any = policy.Audiences is null || claims.Audiences.Any(policy.Audiences.Contains);
        var all = policy.AllAudiences is null || policy.AllAudiences.All(claims.Audiences.Contains);
        return any && all ? null : new Rejected(JwtFault.AudienceMismatch, "the token is meant for another audience");
    }

    // The skew is always taken from our clock: added to a claim near the end of the calendar it would overflow.
    private static Rejected? CheckTimes(RegisteredClaims claims, JwtPolicy policy, DateTimeOffset now)
    {
        if (claims.ExpiresAt is null && policy.RequireExpiry)
        {
            return new Rejected(JwtFault.ClaimMissing, "the token has no exp");
        }

        if (claims.ExpiresAt is { } expires && now - policy.ClockSkew >= expires)
        {
            return new Rejected(JwtFault.Expired, "the token has expired");
        }

        if (claims.NotBefore is { } notBefore && now + policy.ClockSkew < notBefore)
        {
            return new Rejected(JwtFault.NotYetValid, "the token is not valid yet");
        }

        return claims.IssuedAt is { } issued && now + policy.ClockSkew < issued
            ? new Rejected(JwtFault.IssuedInFuture, "the token claims to have been issued in the future")
            : null;
    }

    private static Rejected? CheckLifetime(RegisteredClaims claims, JwtPolicy policy)
    {
        if (policy.MaximumLifetime is not { } maximum)
        {
            return null;
        }

        if (claims.IssuedAt is not { } issued || claims.ExpiresAt is not { } expires)
        {
            return new Rejected(JwtFault.ClaimMissing, "the token lacks iat or exp, and its lifetime is limited");
        }

        return expires - issued > maximum
            ? new Rejected(JwtFault.LifetimeTooLong, $"the token lives longer than {maximum.TotalSeconds:0} s")
            : null;
    }

    private static Rejected? CheckRequired(JsonElement claims, JwtPolicy policy)
    {
        foreach (var name in policy.RequiredClaims)
        {
            if (!claims.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                return new Rejected(JwtFault.ClaimMissing, $"the token lacks the claim {name}");
            }
        }

        return null;
    }
}
