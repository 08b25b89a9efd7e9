using System.Text.Json;
using AuthProxy.Jose.Reading;
using AuthProxy.Jose.Verifying;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Authentication.Introspection;

/// <summary>What an introspection endpoint says of a token (RFC 7662, section 2.2), read once; judged anew for every rule and request.</summary>
internal sealed record IntrospectionAnswer
{
    private const int MaximumDepth = 16;

    public required bool Active { get; init; }

    public required string TokenUse { get; init; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? NotBefore { get; init; }

    public required DateTimeOffset? IssuedAt { get; init; }

    /// <summary>Everything the endpoint says.</summary>
    public required JsonElement Answer { get; init; }

    /// <summary>What rules and upstreams see of it.</summary>
    public required JsonElement Claims { get; init; }

    /// <summary>Null, with the fault, for what is no introspection answer.</summary>
    public static IntrospectionAnswer? Read(ReadOnlyMemory<byte> body, RuleForm form, out string? fault)
    {
        fault = StrictJson.ParseObject(body.Span, MaximumDepth, out var json);
        if (fault is not null)
        {
            return null;
        }

        if (TextsOf(json) is not { } texts || AudiencesOf(json) is not { } audiences || !TryReadFlag(json, out var active)
            || !TryReadTime(json, "exp"u8, out var expires) || !TryReadTime(json, "nbf"u8, out var notBefore)
            || !TryReadTime(json, "iat"u8, out var issued))
        {
            fault = "has a member of another type than RFC 7662 gives it";
            return null;
        }

        return new IntrospectionAnswer
        {
            Active = active,
            TokenUse = texts.TokenUse,
            Issuer = texts.Issuer,
            Subject = texts.Subject,
            Scopes = texts.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Audiences = audiences,
            ExpiresAt = expires,
            NotBefore = notBefore,
            IssuedAt = issued,
            Answer = json,
            Claims = form == RuleForm.Oathkeeper ? OathkeeperExtra.Of(json, audiences) : json,
        };
    }

    private static (string TokenUse, string Issuer, string Subject, string Scope)? TextsOf(JsonElement json) =>
        TextOf(json, "token_use") is { } use && TextOf(json, "iss") is { } issuer && TextOf(json, "sub") is { } subject && TextOf(json, "scope") is { } scope
        && TextOf(json, "username") is not null && TextOf(json, "client_id") is not null
        && (!json.TryGetProperty("ext"u8, out var extra) || extra.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
            ? (use, issuer, subject, scope)
            : null;

    /// <summary>A member's text, empty where there is none; null where it is something else.</summary>
    public static string? TextOf(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? "" : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => "",
        _ => null,
    };

    // Only true is true: a text that says so is a server's mistake, and nobody's leave.
    private static bool TryReadFlag(JsonElement json, out bool active)
    {
        active = json.TryGetProperty("active"u8, out var value) && value.ValueKind == JsonValueKind.True;
        return active || value.ValueKind is JsonValueKind.False or JsonValueKind.Undefined;
    }

    // Zero stands for none in Hydra's answers.
    private static bool TryReadTime(JsonElement json, ReadOnlySpan<byte> name, out DateTimeOffset? time)
    {
        time = null;
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        var sound = NumericDate.TryRead(value, out var read);
        time = sound && read > DateTimeOffset.UnixEpoch ? read : null;
        return sound;
    }

    private static IReadOnlyList<string>? AudiencesOf(JsonElement json)
    {
        if (!json.TryGetProperty("aud"u8, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => [.. value.EnumerateArray().Select(item => item.GetString()!)],
            _ => null,
        };
    }
}
