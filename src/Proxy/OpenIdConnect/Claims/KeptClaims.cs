using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect.Claims;

/// <summary>
/// Which claims a session keeps: the chosen ones, or all that say something of the person, and those that the operator fetches from another
/// place. A name that is mapped holds what the mapping finds and never what the provider sends under that name.
/// </summary>
internal sealed class KeptClaims(OidcClaimSettings settings)
{
    private const string Groups = "groups";

    // What belongs to the token and not to the person.
    private static readonly FrozenSet<string> OfTheToken =
        new[] { "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "sid", "at_hash", "c_hash", "s_hash", "rt_hash" }.ToFrozenSet(StringComparer.Ordinal);

    // How and when somebody signed in is told by a signed ID token, or not at all.
    private static readonly FrozenSet<string> OfTheLogin = new[] { "acr", "amr", "auth_time" }.ToFrozenSet(StringComparer.Ordinal);

    // Where claims are that did not fit (OpenID Connect Core 1.0, section 5.6.2; Microsoft's groups overage).
    private static readonly FrozenSet<string> OfElsewhere = new[] { "_claim_names", "_claim_sources", "hasgroups" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenSet<string> _chosen = settings.Chosen.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a mapping may give a claim this name: what decides about tokens and logins comes from nowhere else.</summary>
    public static bool MayBeMapped(string name) => name.Length > 0 && !OfTheToken.Contains(name) && !OfTheLogin.Contains(name) && !OfElsewhere.Contains(name);

    /// <summary>The claims that a provider says it has and does not send; nobody is asked for them.</summary>
    public static IReadOnlyList<string> LeftOut(JsonElement token, JsonElement? userInfo)
    {
        List<string> names = [];
        if (token.TryGetProperty("_claim_names", out var elsewhere) && elsewhere.ValueKind == JsonValueKind.Object)
        {
            names.AddRange(elsewhere.EnumerateObject().Select(claim => claim.Name));
        }

        if (token.TryGetProperty("hasgroups", out var has) && has.ValueKind == JsonValueKind.True)
        {
            names.Add(Groups);
        }

        return [.. names.Distinct(StringComparer.Ordinal).Where(name => !token.TryGetProperty(name, out _) && userInfo?.TryGetProperty(name, out _) != true)];
    }

    /// <param name="token">The claims of the ID token, which are signed and go first.</param>
    /// <param name="userInfo">What the provider said when it was asked for more.</param>
    public JsonElement Of(JsonElement token, JsonElement? userInfo = null)
    {
        var kept = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(kept))
        {
            json.WriteStartObject();
            foreach (var claim in token.EnumerateObject().Where(claim => IsKept(claim.Name)))
            {
                claim.WriteTo(json);
            }

            foreach (var claim in userInfo?.EnumerateObject().Where(claim => IsTakenFromUserInfo(claim.Name, token)) ?? [])
            {
                claim.WriteTo(json);
            }

            foreach (var (name, path) in settings.Mapping)
            {
                if (path.TryFind(token, out var value) || (userInfo is { } more && path.TryFind(more, out value)))
                {
                    WriteMapped(json, name, value);
                }
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(kept.WrittenMemory);
        return document.RootElement.Clone();
    }

    private bool IsKept(string name) =>
        !settings.Mapping.ContainsKey(name) && (_chosen.Count > 0 ? _chosen.Contains(name) : !OfTheToken.Contains(name) && !OfElsewhere.Contains(name));

    private bool IsTakenFromUserInfo(string name, JsonElement token) =>
        IsKept(name) && !OfTheToken.Contains(name) && !OfTheLogin.Contains(name) && !OfElsewhere.Contains(name) && !token.TryGetProperty(name, out _);

    // Groups are a list, also for who is in one only; what is neither is nobody's group.
    private static void WriteMapped(Utf8JsonWriter json, string name, JsonElement value)
    {
        if (name == Groups && value.ValueKind is not (JsonValueKind.Array or JsonValueKind.String))
        {
            return;
        }

        json.WritePropertyName(name);
        if (name == Groups && value.ValueKind == JsonValueKind.String)
        {
            json.WriteStartArray();
            value.WriteTo(json);
            json.WriteEndArray();
            return;
        }

        value.WriteTo(json);
    }
}
