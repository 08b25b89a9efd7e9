using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <summary>For whom an access token is (RFC 9068, section 2.2), as far as it says so itself.</summary>
internal static class TokenAudience
{
    /// <summary>Why a token could be for somebody else too; null where it is for these alone. It came from the provider itself, so its signature is not looked at.</summary>
    /// <param name="token">The token.</param>
    /// <param name="allowed">For whom it may be; empty: for anybody.</param>
    public static string? WhyOfOthers(string token, IReadOnlyList<string> allowed) =>
        allowed.Count == 0 ? null
        : UnverifiedJwt.Read(token) is not JwtReadOutcome.Read { Jwt.Claims: var claims } ? "the access token is no JSON web token, so that nobody here can tell for whom it is"
        : Read(claims) is not { Count: > 0 } audiences ? "the access token does not say for whom it is"
        : audiences.All(allowed.Contains) ? null
        : "the access token is for others than the rule's audience too";

    private static List<string>? Read(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud"u8, out var audience))
        {
            return null;
        }

        return audience.ValueKind switch
        {
            JsonValueKind.String => [audience.GetString()!],
            JsonValueKind.Array when audience.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) => [.. audience.EnumerateArray().Select(one => one.GetString()!)],
            _ => null,
        };
    }
}
