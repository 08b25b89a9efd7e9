using System.Security.Claims;
using System.Text.Json;

namespace AuthProxy.Sdk;

/// <summary>Turns the assertion's members into claims: a list into one claim for each entry, an object into its JSON.</summary>
internal static class AssertionClaims
{
    public static IReadOnlyList<Claim> Read(JsonElement members, string issuer)
    {
        var claims = new List<Claim>();
        foreach (var member in members.EnumerateObject())
        {
            // What concerns the assertion itself says nothing about the user.
            if (member.Name is "iss" or "aud" or "exp" or "iat" or "nbf" or "jti" || member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (member.Value.ValueKind == JsonValueKind.Array)
            {
                claims.AddRange(member.Value.EnumerateArray().Select(entry => Claim(member.Name, entry, issuer)));
            }
            else
            {
                claims.Add(Claim(member.Name, member.Value, issuer));
            }
        }

        return claims;
    }

    private static Claim Claim(string name, JsonElement value, string issuer) => value.ValueKind switch
    {
        JsonValueKind.String => new Claim(name, value.GetString()!, ClaimValueTypes.String, issuer),
        JsonValueKind.True or JsonValueKind.False => new Claim(name, value.GetRawText(), ClaimValueTypes.Boolean, issuer),
        JsonValueKind.Number => new Claim(name, value.GetRawText(), value.TryGetInt64(out _) ? ClaimValueTypes.Integer64 : ClaimValueTypes.Double, issuer),
        _ => new Claim(name, value.GetRawText(), "JSON", issuer),
    };
}
