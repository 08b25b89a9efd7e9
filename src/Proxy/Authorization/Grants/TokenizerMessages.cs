using System.Buffers;
using System.Text.Json;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>What the Proxy and the Tokenizer's services listener say to each other.</summary>
internal static class TokenizerMessages
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static ReadOnlyMemory<byte> Verify(string application, GrantQuestion question) => Write(json =>
    {
        json.WriteString("application"u8, application);
        WriteSession(json, "session"u8, question.Subject, question.Session);
        json.WriteStartArray("tokens"u8);
        foreach (var token in question.Tokens)
        {
            json.WriteStringValue(token);
        }

        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> End(string sid, DateTimeOffset until) => Write(json =>
    {
        json.WriteString("sid"u8, sid);
        json.WriteNumber("until"u8, until.ToUnixTimeSeconds());
    });

    public static ReadOnlyMemory<byte> Adopt(Subject guest, Subject user) => Write(json =>
    {
        WriteSession(json, "guest"u8, guest, guest.Session!);
        WriteSession(json, "session"u8, user, user.Session!);
    });

    /// <summary>False unless there is exactly one clear answer for each token that was asked for.</summary>
    public static bool TryReadGrants(ReadOnlyMemory<byte> body, int asked, out IReadOnlyList<GrantAnswer> grants)
    {
        grants = [];
        using var document = Parse(body);
        if (document is not { RootElement.ValueKind: JsonValueKind.Object }
            || !document.RootElement.TryGetProperty("results"u8, out var results)
            || results.ValueKind != JsonValueKind.Array
            || results.GetArrayLength() != asked)
        {
            return false;
        }

        var read = new List<GrantAnswer>(asked);
        foreach (var result in results.EnumerateArray())
        {
            if (!TryReadGrant(result, out var grant))
            {
                return false;
            }

            read.Add(grant);
        }

        grants = read;
        return true;
    }

    public static bool SaysEnded(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        return document is { RootElement.ValueKind: JsonValueKind.Object }
            && document.RootElement.TryGetProperty("ended"u8, out var ended) && ended.ValueKind == JsonValueKind.True;
    }

    /// <summary>Whether the guest's session is over, be it by this adoption or by an earlier one.</summary>
    public static bool SaysAdopted(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        return document is { RootElement.ValueKind: JsonValueKind.Object }
            && document.RootElement.TryGetProperty("adopted"u8, out var adopted) && adopted.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    /// <summary>Whether the error is about the session, and not about this Proxy, which an operator has to hear of.</summary>
    public static bool SaysNoSession(ReadOnlyMemory<byte> body)
    {
        using var document = Parse(body);
        return document is { RootElement.ValueKind: JsonValueKind.Object }
            && document.RootElement.TryGetProperty("type"u8, out var type)
            && type.ValueKind == JsonValueKind.String
            && type.GetString() is RefusalResponse.TypePrefix + "session-ended" or RefusalResponse.TypePrefix + "session-unknown" or RefusalResponse.TypePrefix + "session-mismatch";
    }

    private static void WriteSession(Utf8JsonWriter json, ReadOnlySpan<byte> name, Subject subject, SessionIdentity session)
    {
        json.WriteStartObject(name);
        json.WriteString("sid"u8, session.Sid);
        json.WriteString("sub"u8, subject.Id);
        json.WriteString("sub_iss"u8, subject.Issuer);
        json.WriteNumber("session_exp"u8, session.ExpiresAt.ToUnixTimeSeconds());
        json.WriteEndObject();
    }

    private static bool TryReadGrant(JsonElement result, out GrantAnswer grant)
    {
        grant = default;
        if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("valid"u8, out var valid))
        {
            return false;
        }

        DateTimeOffset? expiresAt = null;
        if (result.TryGetProperty("expires_at"u8, out var expiry) && expiry.ValueKind != JsonValueKind.Null)
        {
            if (expiry.ValueKind != JsonValueKind.Number || !expiry.TryGetInt64(out var seconds) || seconds is < 0 or > 253_402_300_799)
            {
                return false;
            }

            expiresAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        // A grant whose uses are counted may be used up the next moment: without an end nobody remembers it.
        grant = new GrantAnswer(valid.ValueKind == JsonValueKind.True, result.TryGetProperty("uses_left"u8, out _) ? null : expiresAt);
        return valid.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
