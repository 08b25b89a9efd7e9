using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Which claims of an ID token a session keeps: the chosen ones, or all that say something of the person.</summary>
internal sealed class KeptClaims(IReadOnlyList<string> chosen)
{
    // What belongs to the token and not to the person.
    private static readonly FrozenSet<string> OfTheToken =
        new[] { "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "sid", "at_hash", "c_hash", "s_hash", "rt_hash" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenSet<string> _chosen = chosen.ToFrozenSet(StringComparer.Ordinal);

    public JsonElement Of(JsonElement claims)
    {
        var kept = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(kept))
        {
            json.WriteStartObject();
            foreach (var claim in claims.EnumerateObject())
            {
                if (_chosen.Count > 0 ? _chosen.Contains(claim.Name) : !OfTheToken.Contains(claim.Name))
                {
                    claim.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(kept.WrittenMemory);
        return document.RootElement.Clone();
    }
}
