namespace AuthProxy.Rules.Patterns;

/// <summary>Brings the literal host of a URL pattern into the one form that requests have.</summary>
internal static class AuthorityText
{
    private const string Separator = "://";

    /// <summary>Lower-cases the literal parts up to the path; drops a default port where the whole authority is literal.</summary>
    public static IReadOnlyList<DelimitedPart> Normalize(IReadOnlyList<DelimitedPart> parts)
    {
        if (parts is [{ IsPattern: false } first, ..] && WholeAuthority(first.Text, parts.Count == 1) is { } range)
        {
            var scheme = first.Text[..first.Text.IndexOf(Separator, StringComparison.Ordinal)].ToLowerInvariant();
            var text = scheme + Separator + HostText.Normalize(scheme, first.Text[range]) + first.Text[range.End..];
            return [first with { Text = text }, .. parts.Skip(1)];
        }

        return LowerLiterals(parts);
    }

    /// <summary>The host of a literal beginning, without its port; null where the beginning does not hold all of it.</summary>
    public static string? HostOf(string prefix, bool isWholeUrl) =>
        WholeAuthority(prefix, isWholeUrl) is { } range ? HostText.WithoutPort(prefix[range]).ToString() : null;

    private static Range? WholeAuthority(string text, bool isWholeUrl)
    {
        var start = text.IndexOf(Separator, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += Separator.Length;
        var end = text.IndexOf('/', start);
        return end >= 0 ? start..end : isWholeUrl ? start..text.Length : null;
    }

    private static List<DelimitedPart> LowerLiterals(IReadOnlyList<DelimitedPart> parts)
    {
        var lowered = new List<DelimitedPart>(parts.Count);
        var inAuthority = false;
        var passed = false;
        foreach (var part in parts)
        {
            lowered.Add(part.IsPattern || passed ? part : part with { Text = Lower(part.Text, ref inAuthority, ref passed) });
        }

        return lowered;
    }

    private static string Lower(string text, ref bool inAuthority, ref bool passed)
    {
        var start = 0;
        if (!inAuthority)
        {
            var separator = text.IndexOf(Separator, StringComparison.Ordinal);
            if (separator < 0)
            {
                return text;
            }

            inAuthority = true;
            start = separator + Separator.Length;
        }

        var end = text.IndexOf('/', start);
        passed = end >= 0;
        end = passed ? end : text.Length;
        return text[..end].ToLowerInvariant() + text[end..];
    }
}
