using System.Text.Json;

namespace AuthProxy.Rules.Requirements;

/// <summary>What the issuer says of how and when somebody proved who they are.</summary>
/// <param name="Acr">How, in the issuer's words (OpenID Connect Core 1.0, section 2: <c>acr</c>); null where it does not say.</param>
/// <param name="At">When (<c>auth_time</c>); null where it does not say.</param>
public readonly record struct AuthenticationFacts(string? Acr, DateTimeOffset? At)
{
    // The year 9999: no later second is a time.
    private const long LatestSecond = 253_402_300_799;

    /// <summary>The facts in the claims of a token, a JSON object; what has another type than it should says nothing.</summary>
    public static AuthenticationFacts Of(JsonElement claims)
    {
        if (claims.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        var acr = claims.TryGetProperty("acr", out var how) && how.ValueKind == JsonValueKind.String ? how.GetString() : null;
        return claims.TryGetProperty("auth_time", out var when) && when.ValueKind == JsonValueKind.Number && when.TryGetInt64(out var seconds) && seconds is >= 0 and <= LatestSecond
            ? new AuthenticationFacts(acr, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : new AuthenticationFacts(acr, null);
    }
}
