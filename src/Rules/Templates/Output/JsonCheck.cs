using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Rules.Templates.Output;

/// <summary>JSON that has one meaning for every reader: one value, no member twice at any level, no half of a surrogate pair, bounded depth.</summary>
internal static class JsonCheck
{
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = TemplateLimits.Depth };
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = TemplateLimits.Depth, AllowDuplicateProperties = false };

    /// <summary>Why the text is not that; null where it is. Holds nothing of the text.</summary>
    public static string? Fault(string text) => OnBytes(text, static utf8 =>
    {
        // First, because the check for duplicates fails on half of a pair in a name instead of refusing it.
        if (!HoldsOnlyText(utf8.Span))
        {
            return "the text holds half of a surrogate pair, or is no JSON";
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return null;
        }
        catch (JsonException)
        {
            return "the text is no JSON, is nested too deep, or names a member twice";
        }
    });

    /// <summary>Whether the text is one whole value by itself, whatever stands around it.</summary>
    public static bool IsOneValue(string text) => OnBytes(text, static utf8 =>
    {
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, Reading);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    });

    private static bool HoldsOnlyText(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("\\u"u8) < 0)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8, Reading);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static T OnBytes<T>(string text, Func<ReadOnlyMemory<byte>, T> check)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return check(buffer.AsMemory(0, Encoding.UTF8.GetBytes(text, buffer)));
        }
        finally
        {
            // Claims of one request are not left lying in memory that another one gets.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
