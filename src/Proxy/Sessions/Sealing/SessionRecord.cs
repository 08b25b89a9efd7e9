using System.Buffers;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>A session as JSON, the plain text of what is sealed. Unknown members are skipped: the next version may write more.</summary>
internal static class SessionRecord
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    public static byte[] Write(Session session)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, session.Issuer);
            json.WriteString("sub"u8, session.SubjectId);
            json.WritePropertyName("claims"u8);
            session.Claims.WriteTo(json);
            WriteOptional(json, "id_token"u8, session.Tokens.IdToken);
            WriteOptional(json, "access_token"u8, session.Tokens.AccessToken);
            WriteOptional(json, "refresh_token"u8, session.Tokens.RefreshToken);
            if (session.Tokens.AccessTokenExpiresAt is { } expires)
            {
                json.WriteNumber("access_token_exp"u8, expires.ToUnixTimeMilliseconds());
            }

            if (session.Tokens.ReceivedAt is { } received)
            {
                json.WriteNumber("access_token_received"u8, received.ToUnixTimeMilliseconds());
            }

            WriteOptional(json, "provider_sid"u8, session.ProviderSid);
            json.WriteString("provider"u8, session.Provider);
            WriteOptional(json, "acr"u8, session.Acr);
            json.WriteBoolean("auth_time_known"u8, session.IsAuthTimeKnown);
            if (session.IsGuest)
            {
                json.WriteBoolean("guest"u8, true);
            }

            json.WriteNumber("authenticated"u8, session.AuthenticatedAt.ToUnixTimeMilliseconds());
            json.WriteNumber("created"u8, session.CreatedAt.ToUnixTimeMilliseconds());
            json.WriteNumber("ends"u8, session.EndsAt.ToUnixTimeMilliseconds());
            json.WriteEndObject();
        }

        var written = buffer.WrittenSpan.ToArray();
        buffer.Clear();
        return written;
    }

    /// <summary>What was sealed is our own writing; still, a record of a shape that we do not know opens as no session.</summary>
    public static Session? Read(string sid, byte[] plain)
    {
        try
        {
            using var document = JsonDocument.Parse(plain, Options);
            var json = document.RootElement;
            return new Session(
                sid,
                json.GetProperty("iss"u8).GetString()!,
                json.GetProperty("sub"u8).GetString()!,
                json.GetProperty("claims"u8).Clone(),
                new ProviderTokens(
                    ReadOptional(json, "id_token"u8),
                    ReadOptional(json, "access_token"u8),
                    ReadOptional(json, "refresh_token"u8),
                    json.TryGetProperty("access_token_exp"u8, out var expires) ? Time(expires) : null)
                {
                    ReceivedAt = json.TryGetProperty("access_token_received"u8, out var received) ? Time(received) : null,
                },
                ReadOptional(json, "provider_sid"u8),
                Time(json.GetProperty("authenticated"u8)),
                Time(json.GetProperty("created"u8)),
                Time(json.GetProperty("ends"u8)))
            {
                Provider = ReadOptional(json, "provider"u8) ?? OidcProviderSettings.DefaultName,
                Acr = ReadOptional(json, "acr"u8),
                IsAuthTimeKnown = json.TryGetProperty("auth_time_known"u8, out var known) && known.GetBoolean(),
                IsGuest = json.TryGetProperty("guest"u8, out var guest) && guest.GetBoolean(),
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string? ReadOptional(JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset Time(JsonElement json) => DateTimeOffset.FromUnixTimeMilliseconds(json.GetInt64());
}
