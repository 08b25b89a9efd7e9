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

    // What this Proxy says of a visitor itself, and templates and rules believe.
    private static readonly FrozenSet<string> OfOurs = new[] { "guest" }.ToFrozenSet(StringComparer.Ordinal);

    // Where claims are that did not fit (OpenID Connect Core 1.0, section 5.6.2; Microsoft's groups overage).
    private static readonly FrozenSet<string> OfElsewhere = new[] { "_claim_names", "_claim_sources", "hasgroups" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenSet<string> _chosen = settings.Chosen.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a mapping may give a claim this name: what decides about tokens and logins comes from nowhere else.</summary>
    public static bool MayBeMapped(string name) => name.Length > 0 && !OfTheToken.Contains(name) && !OfTheLogin.Contains(name) && !OfElsewhere.Contains(name) && !OfOurs.Contains(name);

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
    public JsonElement Of(JsonElement token, JsonElement? userInfo = null) => Write(json =>
    {
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
    });

    /// <summary>The claims of a renewed session of whose user info nothing can be had: those of the new token, and of the old ones what only user info can have told.</summary>
    /// <param name="token">The claims of the new ID token.</param>
    /// <param name="kept">What the session has kept.</param>
    /// <param name="oldToken">The claims of the ID token before, where it is there: what it told and the new one does not was taken away.</param>
    public JsonElement OfTokenAlone(JsonElement token, JsonElement kept, JsonElement? oldToken)
    {
        var told = Of(token);
        return Write(json =>
        {
            foreach (var claim in told.EnumerateObject().Concat(kept.EnumerateObject().Where(claim => !IsToldBy(claim.Name, token) && (oldToken is not { } old || !IsToldBy(claim.Name, old)))))
            {
                claim.WriteTo(json);
            }
        });
    }

    /// <summary>
    /// What was known of the login is all that is known of it: a refresh must never make a session look as if its person had signed in
    /// another time, or in another way, since.
    /// </summary>
    /// <param name="login">The claims that the session has had so far.</param>
    /// <param name="renewed">Those that it gets.</param>
    public JsonElement WithLoginOf(JsonElement login, JsonElement renewed) => Write(json =>
    {
        foreach (var claim in renewed.EnumerateObject().Where(claim => !IsOfTheLogin(claim.Name)).Concat(login.EnumerateObject().Where(claim => IsOfTheLogin(claim.Name))))
        {
            claim.WriteTo(json);
        }
    });

    private static JsonElement Write(Action<Utf8JsonWriter> members)
    {
        var kept = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(kept))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return JsonElement.Parse(kept.WrittenSpan);
    }

    private bool IsToldBy(string name, JsonElement token) => settings.Mapping.TryGetValue(name, out var path) ? path.TryFind(token, out _) : token.TryGetProperty(name, out _);

    // Under another name it is still that.
    private bool IsOfTheLogin(string name) => OfTheLogin.Contains(name) || (settings.Mapping.TryGetValue(name, out var path) && OfTheLogin.Contains(path.First));

    private bool IsKept(string name) =>
        !settings.Mapping.ContainsKey(name) && !OfOurs.Contains(name) && (_chosen.Count > 0 ? _chosen.Contains(name) : !OfTheToken.Contains(name) && !OfElsewhere.Contains(name));

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
