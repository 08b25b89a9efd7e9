namespace AuthProxy.Rules.Grants;

/// <summary>Tells a data token by its look: <c>lunasec-</c> and a UUID, hexadecimal digits in either case.</summary>
public static class TokenShape
{
    /// <summary>The length of every token.</summary>
    public const int Length = 44;

    private const string Prefix = "lunasec-";

    /// <summary>Whether the whole text is one token and nothing else.</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var uuid = text[Prefix.Length..];
        for (var i = 0; i < uuid.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? uuid[i] != '-' : !char.IsAsciiHexDigit(uuid[i]))
            {
                return false;
            }
        }

        return true;
    }
}
