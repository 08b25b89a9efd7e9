namespace AuthProxy.Sdk;

/// <summary>The shape of a data token: <c>lunasec-</c> and a UUID.</summary>
public static class DataToken
{
    private const string Prefix = "lunasec-";
    private const int Length = 44;

    /// <summary>Says whether a text has a token's shape; whether the token exists, only the Tokenizer knows.</summary>
    /// <param name="text">The text to look at.</param>
    public static bool HasShape(string? text)
    {
        if (text is not { Length: Length } || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        for (var index = Prefix.Length; index < Length; index++)
        {
            var hyphenExpected = index is 16 or 21 or 26 or 31;
            if (hyphenExpected ? text[index] != '-' : !char.IsAsciiHexDigit(text[index]))
            {
                return false;
            }
        }

        return true;
    }
}
