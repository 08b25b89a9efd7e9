namespace AuthProxy.Rules.Templates.Output;

/// <summary>Where a JSON text stands as far as it is written: what an action may write depends on it.</summary>
internal enum JsonPosition
{
    /// <summary>Where a value, a name or punctuation may stand.</summary>
    Outside,

    /// <summary>Inside of quotation marks.</summary>
    Inside,

    /// <summary>Behind a backslash inside of quotation marks.</summary>
    Escape,
}

internal static class JsonPositions
{
    /// <summary>The position behind a literal text.</summary>
    public static JsonPosition After(this JsonPosition position, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var next = position switch
            {
                JsonPosition.Outside => text.IndexOf('"'),
                JsonPosition.Inside => text.IndexOfAny('"', '\\'),
                _ => 0,
            };
            if (next < 0)
            {
                return position;
            }

            position = position switch
            {
                JsonPosition.Outside => JsonPosition.Inside,
                JsonPosition.Inside => text[next] == '"' ? JsonPosition.Outside : JsonPosition.Escape,
                _ => JsonPosition.Inside,
            };
            text = text[(next + 1)..];
        }

        return position;
    }
}
