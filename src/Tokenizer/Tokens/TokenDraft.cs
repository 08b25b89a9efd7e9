using System.Text;
using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Tokens;

/// <summary>A token that is to be made.</summary>
/// <param name="Value">The value; null where it comes later, at an address of its own.</param>
/// <param name="Metadata">A JSON object; null where there is nothing to keep.</param>
/// <param name="Mask">What may be shown without a grant; null where nothing may.</param>
/// <param name="Life">After which the token is gone; null where it stays.</param>
internal sealed record TokenDraft(byte[]? Value, byte[]? Metadata, byte[]? Mask, TimeSpan? Life)
{
    /// <summary>The largest value that stands in a JSON object, in bytes.</summary>
    public const int LargestInline = 16 * 1024;

    public const string Text = "text";
    public const string Base64 = "base64";

    /// <summary>The only mask there is: the last four characters.</summary>
    public const string Last4 = "last4";

    /// <summary>What is masked must keep at least as much to itself as it shows.</summary>
    private const int ShortestMasked = 8;

    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads metadata and life, without a value.</summary>
    public static Outcome<TokenDraft> ReadWithoutValue(JsonBody body)
    {
        if (!TryMetadata(body, out var metadata))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "metadata is no object");
        }

        return TryLife(body, out var life) ? new TokenDraft(null, metadata, null, life)
            : new Refused(TokenizerRefusals.DurationInvalid, $"ttl is malformed, shorter than {ShortestLife} or longer than {LongestLife}");
    }

    public static Outcome<TokenDraft> Read(JsonBody body)
    {
        var without = ReadWithoutValue(body);
        if (without is not Outcome<TokenDraft>.Ok({ } draft))
        {
            return without;
        }

        if (!TryEncoding(body, out var encoding) || !body.TryText("value", out var written) || written is null
            || !body.TryText("mask", out var mask) || mask is not (null or Last4))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "value, encoding or mask is missing or malformed");
        }

        if (!TryDecode(written, encoding, out var value))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "the value is not in base64, as its encoding says");
        }

        if (value.Length > LargestInline)
        {
            return new Refused(TokenizerRefusals.ValueNotInline, $"the value is larger than {LargestInline} bytes");
        }

        if (mask is null)
        {
            return draft with { Value = value };
        }

        return encoding == Text && MaskOf(written) is { } masked
            ? draft with { Value = value, Mask = Strict.GetBytes(masked) }
            : new Refused(TokenizerRefusals.MaskUnavailable, $"the value is no text of at least {ShortestMasked} characters");
    }

    /// <summary>How a value stands in a JSON object; as text where nobody says.</summary>
    public static bool TryEncoding(JsonBody body, out string encoding)
    {
        var isText = body.TryText("encoding", out var named);
        encoding = named ?? Text;
        return isText && encoding is Text or Base64;
    }

    /// <returns>Null where the bytes are no UTF-8.</returns>
    public static string? TextOf(ReadOnlySpan<byte> value)
    {
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public static bool TryMetadata(JsonBody body, out byte[]? metadata)
    {
        metadata = null;
        if (!body.Has("metadata"))
        {
            return true;
        }

        if (!body.TryMember("metadata", JsonValueKind.Object, out var member))
        {
            return false;
        }

        metadata = member.EnumerateObject().Any() ? Encoding.UTF8.GetBytes(member.GetRawText()) : null;
        return true;
    }

    private static bool TryLife(JsonBody body, out TimeSpan? life)
    {
        life = null;
        if (!body.TryText("ttl", out var text))
        {
            return false;
        }

        if (text is null)
        {
            return true;
        }

        if (!GoDuration.TryParse(text, out var parsed, out _) || parsed < ShortestLife || parsed > LongestLife)
        {
            return false;
        }

        life = parsed;
        return true;
    }

    private static bool TryDecode(string written, string encoding, out byte[] value)
    {
        value = encoding == Text ? Strict.GetBytes(written) : new byte[((written.Length / 4) + 1) * 3];
        if (encoding == Text)
        {
            return true;
        }

        var isBase64 = Convert.TryFromBase64String(written, value, out var length);
        value = value[..length];
        return isBase64;
    }

    // Characters as people count them: half of an emoji is none.
    private static string? MaskOf(string text)
    {
        var characters = System.Globalization.StringInfo.ParseCombiningCharacters(text);
        return characters.Length >= ShortestMasked ? text[characters[^4]..] : null;
    }
}
