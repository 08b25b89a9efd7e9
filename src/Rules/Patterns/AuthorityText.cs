namespace AuthProxy.Rules.Patterns;

/// <summary>Brings the literal host of a URL pattern into the one form that requests have.</summary>
internal static class AuthorityText
{
    private const string Separator = "://";

    /// <summary>Lower-cases the literal parts up to the path and drops the scheme's default port.</summary>
    public static IReadOnlyList<DelimitedPart> Normalize(IReadOnlyList<DelimitedPart> parts)
    {
        var scheme = parts is [{ IsPattern: false } first, ..] && first.Text.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var end
            ? first.Text[..end].ToLowerInvariant()
            : "";
        if (scheme.Length > 0 && WholeAuthority(parts[0].Text, parts.Count == 1) is { } range)
        {
            var text = scheme + Separator + HostText.Normalize(scheme, parts[0].Text[range]) + parts[0].Text[range.End..];
            return [parts[0] with { Text = text }, .. parts.Skip(1)];
        }

        return NormalizeLiterals(parts, scheme);
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

    private static List<DelimitedPart> NormalizeLiterals(IReadOnlyList<DelimitedPart> parts, string scheme)
    {
        var normalized = new List<DelimitedPart>(parts.Count);
        var inAuthority = false;
        var passed = false;
        foreach (var part in parts)
        {
            normalized.Add(part.IsPattern || passed ? part : part with { Text = Normalize(part.Text, scheme, ref inAuthority, ref passed) });
        }

        return normalized;
    }

    private static string Normalize(string text, string scheme, ref bool inAuthority, ref bool passed)
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
        return passed
            ? text[..start].ToLowerInvariant() + HostText.Normalize(scheme, text[start..end]) + text[end..]
            : text.ToLowerInvariant();
    }
}
