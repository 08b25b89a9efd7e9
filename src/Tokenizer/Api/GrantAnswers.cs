using System.Text.Json;
using AuthProxy.Tokenizer.Grants;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Api;

/// <summary>How grants stand in answers.</summary>
internal static class GrantAnswers
{
    public static void WriteUses(Utf8JsonWriter writer, int? usesLeft)
    {
        if (usesLeft is { } left)
        {
            writer.WriteNumber("uses_left", left);
        }
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<GrantAnswer> answers)
    {
        writer.WriteStartArray("results");
        foreach (var answer in answers)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("valid", answer.IsValid);
            TokenAnswers.WriteTime(writer, "expires_at", answer.ExpiresAt);
            WriteUses(writer, answer.UsesLeft);
            if (!answer.IsValid)
            {
                writer.WriteString("reason", answer.Reason);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Session and token as the audit's export shows them: whoever reads both sees which lines are about which grant.</summary>
    public static void Write(Utf8JsonWriter writer, ListedGrant grant)
    {
        writer.WriteStartObject();
        writer.WriteString("session_ref", Convert.ToHexStringLower(grant.Session));
        writer.WriteString("token_ref", Convert.ToHexStringLower(grant.Token));
        TokenAnswers.WriteTime(writer, "created_at", grant.CreatedAt);
        TokenAnswers.WriteTime(writer, "expires_at", grant.ExpiresAt);
        WriteUses(writer, grant.UsesLeft);
        writer.WriteEndObject();
    }
}
