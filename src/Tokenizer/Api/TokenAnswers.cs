using System.Text.Json;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Api;

/// <summary>What is read of requests about tokens and written into their answers, whoever asks. Times are whole seconds since 1970.</summary>
internal static class TokenAnswers
{
    public static readonly Refused TokenMalformed = new(TokenizerRefusals.TokenMalformed, "token is missing or no token");

    public static bool TryToken(JsonBody body, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DataToken? token)
    {
        token = null;
        return body.TryText("token", out var text) && DataToken.TryParse(text, out token);
    }

    public static Answer Created(DataToken token, TokenRecord row, TokenDraft draft) => new Answer.Plain(StatusCodes.Status201Created, writer =>
    {
        writer.WriteString("token", token.Text);
        if (draft.Mask is { } mask)
        {
            writer.WriteString("mask", mask);
        }

        WriteTime(writer, "expires_at", row.ExpiresAt);
    });

    /// <param name="value">The value; wiped once it is written, or found to be no text.</param>
    /// <param name="encoding">How it is to be written.</param>
    public static Outcome<string> Encode(byte[] value, string encoding)
    {
        var text = encoding == TokenDraft.Text ? TokenDraft.TextOf(value) : Convert.ToBase64String(value);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(value);
        return text is null ? new Refused(TokenizerRefusals.ValueNotText, "the value is not UTF-8") : text;
    }

    public static Answer Value(string value, string encoding) => new Answer.Plain(StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("value", value);
        writer.WriteString("encoding", encoding);
    });

    public static void WriteDescription(Utf8JsonWriter writer, TokenRecord row, TokenNotes notes)
    {
        WriteTime(writer, "created_at", row.CreatedAt);
        WriteTime(writer, "expires_at", row.ExpiresAt);
        writer.WriteBoolean("bound", row.Record is not null);
        if (row.Value is { } value)
        {
            writer.WriteNumber("size", value.Size);
        }

        if (notes.Mask is { } mask)
        {
            writer.WriteString("mask", mask);
        }

        if (notes.Metadata is { } metadata)
        {
            writer.WritePropertyName("metadata");
            writer.WriteRawValue(metadata);
        }
    }

    public static void WriteTime(Utf8JsonWriter writer, string name, long? milliseconds)
    {
        if (milliseconds is { } time)
        {
            writer.WriteNumber(name, time / 1000);
        }
    }
}
