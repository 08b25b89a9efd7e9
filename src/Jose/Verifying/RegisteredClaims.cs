using System.Collections.ObjectModel;
using System.Text.Json;
using AuthProxy.Jose.Reading;

namespace AuthProxy.Jose.Verifying;

/// <summary>The claims of RFC 7519, 4.1, each of the form that the standard gives it.</summary>
internal sealed record RegisteredClaims
{
    public string? Issuer { get; private init; }

    public string? Subject { get; private init; }

    public string? JwtId { get; private init; }

    public IReadOnlyList<string> Audiences { get; private init; } = [];

    public DateTimeOffset? ExpiresAt { get; private init; }

    public DateTimeOffset? NotBefore { get; private init; }

    public DateTimeOffset? IssuedAt { get; private init; }

    /// <summary>Null means success; otherwise the name of the claim that is malformed.</summary>
    public static string? Read(JsonElement claims, out RegisteredClaims? read)
    {
        read = null;
        if (!StrictJson.TryGetText(claims, "iss"u8, out var issuer))
        {
            return "iss";
        }

        if (!StrictJson.TryGetText(claims, "sub"u8, out var subject))
        {
            return "sub";
        }

        if (!StrictJson.TryGetText(claims, "jti"u8, out var id))
        {
            return "jti";
        }

        if (ReadAudiences(claims) is not { } audiences)
        {
            return "aud";
        }

        if (!TryReadTime(claims, "exp"u8, out var expires))
        {
            return "exp";
        }

        if (!TryReadTime(claims, "nbf"u8, out var notBefore))
        {
            return "nbf";
        }

        if (!TryReadTime(claims, "iat"u8, out var issuedAt))
        {
            return "iat";
        }

        read = new RegisteredClaims
        {
            Issuer = issuer,
            Subject = subject,
            JwtId = id,
            Audiences = audiences,
            ExpiresAt = expires,
            NotBefore = notBefore,
            IssuedAt = issuedAt,
        };
        return null;
    }

    private static bool TryReadTime(JsonElement claims, ReadOnlySpan<byte> name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (!NumericDate.TryRead(value, out var read))
        {
            return false;
        }

        time = read;
        return true;
    }

    private static ReadOnlyCollection<string>? ReadAudiences(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud"u8, out var value))
        {
            return ReadOnlyCollection<string>.Empty;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return new ReadOnlyCollection<string>([value.GetString()!]);
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var audiences = new List<string>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            audiences.Add(item.GetString()!);
        }

        return audiences.AsReadOnly();
    }
}
