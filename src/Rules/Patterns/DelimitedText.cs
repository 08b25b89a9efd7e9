using System.Text;

namespace AuthProxy.Rules.Patterns;

/// <summary>Splits Oathkeeper's URL patterns at their outermost <c>&lt;…&gt;</c>.</summary>
internal static class DelimitedText
{
    /// <summary>Null where the brackets do not balance.</summary>
    public static List<DelimitedPart>? TrySplit(string text)
    {
        var parts = new List<DelimitedPart>();
        var part = new StringBuilder();
        var depth = 0;
        foreach (var character in text)
        {
            switch (character)
            {
                case '<' when depth++ == 0:
                    Flush(isPattern: false);
                    continue;
                case '>' when depth == 0:
                    return null;
                case '>' when --depth == 0:
                    Flush(isPattern: true);
                    continue;
                default:
                    part.Append(character);
                    break;
            }
        }

        Flush(isPattern: false);
        return depth == 0 ? parts : null;

        void Flush(bool isPattern)
        {
            if (part.Length > 0 || isPattern)
            {
                parts.Add(new DelimitedPart(part.ToString(), isPattern));
                part.Clear();
            }
        }
    }
}

/// <param name="Text">Literal text, or a pattern in the strategy's language.</param>
/// <param name="IsPattern">Whether it stood between brackets.</param>
internal readonly record struct DelimitedPart(string Text, bool IsPattern);
