using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>JSON, Base64, Base32 and hashes.</summary>
internal static class EncodingFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("toJson", "value", "as JSON; the empty text for what JSON cannot say", call => ToJson(call, "")),
        new("mustToJson", "value", "as JSON", call => ToJson(call, null)),
        new("toPrettyJson", "value", "as JSON with lines", call => ToJson(call, "", indents: true)),
        new("mustToPrettyJson", "value", "as JSON with lines", call => ToJson(call, null, indents: true)),
        new("toRawJson", "value", "as JSON without escapes for <, > and &", call => ToJson(call, null, escapesHtml: false)),
        new("mustToRawJson", "value", "as toRawJson", call => ToJson(call, null, escapesHtml: false)),
        new("fromJson", "text", "the value that the JSON text writes, nothing where it is none", call => FromJson(call, isMust: false)),
        new("mustFromJson", "text", "the value that the JSON text writes", call => FromJson(call, isMust: true)),
        new("b64enc", "text", "in Base64", call => Convert.ToBase64String(Bytes(call))),
        new("b64dec", "text", "out of Base64", call => FromBase64(call)),
        new("b32enc", "text", "in Base32", call => Base32.Encode(Bytes(call))),
        new("b32dec", "text", "out of Base32", call => Base32.TryDecode(call.Text(0), out var bytes) ? Encoding.UTF8.GetString(bytes) : call.Fail("the text is no Base32")),
        new("sha1sum", "text", "the SHA-1 hash in hexadecimal; for old checksums only", call => Hex(Sha1(Bytes(call)))),
        new("sha256sum", "text", "the SHA-256 hash in hexadecimal", call => Hex(SHA256.HashData(Bytes(call)))),
        new("sha512sum", "text", "the SHA-512 hash in hexadecimal", call => Hex(SHA512.HashData(Bytes(call)))),
        new("adler32sum", "text", "the Adler-32 checksum", call => Adler32(Bytes(call)).ToString(CultureInfo.InvariantCulture)),
    ];

    private static byte[] Bytes(FunctionCall call) => Encoding.UTF8.GetBytes(call.Text(0));

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);

    // Names and checksums made by older systems are looked up by it; nothing is protected by it here.
    private static byte[] Sha1(byte[] data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    /// <param name="instead">What stands for a value that has no JSON; null fails the rendering.</param>
    private static object? ToJson(FunctionCall call, string? instead, bool indents = false, bool escapesHtml = true)
    {
        var text = new StringBuilder();
        var json = new GoJson(text, call.Scope) { Indents = indents, EscapesHtml = escapesHtml };
        json.Write(call[0]);
        return !json.HasNoJson ? text.ToString() : instead ?? call.Fail("the value has no JSON");
    }

    private static object? FromJson(FunctionCall call, bool isMust)
    {
        try
        {
            return GoValue.Of(JsonElement.Parse(call.Text(0), new JsonDocumentOptions { MaxDepth = TemplateLimits.Depth }));
        }
        catch (JsonException)
        {
            return isMust ? call.Fail("the text is no JSON, or is nested too deep") : null;
        }
    }

    // sprig puts its error message where the text should be; a message is no value of anybody's.
    private static object? FromBase64(FunctionCall call)
    {
        var text = call.Text(0).ReplaceLineEndings("");
        return Base64.IsValid(text) && !text.AsSpan().ContainsAny(" \t") ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : call.Fail("the text is no Base64");
    }

    private static uint Adler32(byte[] data)
    {
        const uint Modulus = 65_521;
        var (low, high) = (1u, 0u);
        foreach (var value in data)
        {
            low = (low + value) % Modulus;
            high = (high + low) % Modulus;
        }

        return (high << 16) | low;
    }
}
