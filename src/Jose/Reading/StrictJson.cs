using System.Text.Json;
using System.Text.Unicode;

namespace AuthProxy.Jose.Reading;

/// <summary>
/// JSON that has one meaning for every reader: valid UTF-8, no member twice at any level, no half of a surrogate pair, bounded depth (RFC 8725, 2.4 and 3.10).
/// The parser underneath is iterative: no nesting can exhaust the stack.
/// </summary>
public static class StrictJson
{
    /// <summary>Parses one object into an element that lives on its own. A null fault means success.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="maxDepth">How deep it may nest, the outermost object counted.</param>
    /// <param name="element">The object.</param>
    public static string? ParseObject(ReadOnlySpan<byte> utf8, int maxDepth, out JsonElement element)
    {
        element = default;
        if (!Utf8.IsValid(utf8))
        {
            return "is not valid UTF-8";
        }

        try
        {
            // First, because the check for duplicates below fails on such a name instead of refusing it.
            if (HasLoneSurrogate(utf8, maxDepth))
            {
                return "holds half of a surrogate pair";
            }

            var parsed = JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
            if (parsed.ValueKind != JsonValueKind.Object)
            {
                return "is not a JSON object";
            }

            element = parsed;
            return null;
        }
        catch (JsonException)
        {
            // The parser's own message may quote what it read.
            return "is not strict JSON (malformed, nested too deep, or a member stands twice)";
        }
    }

    /// <summary>The value of an optional text member; false when it is there and is no text.</summary>
    /// <param name="element">The object.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="text">The text; null when there is none.</param>
    public static bool TryGetText(JsonElement element, ReadOnlySpan<byte> member, out string? text)
    {
        text = null;
        if (!element.TryGetProperty(member, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        text = value.GetString();
        return true;
    }

    // "\ud800" is legal JSON grammar but no text: whoever asks for the string later would meet an exception.
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (utf8.IndexOf("\\u"u8) < 0)
        {
            return false;
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
