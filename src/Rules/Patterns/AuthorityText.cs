using System.Buffers;

namespace AuthProxy.Rules.Patterns;

/// <summary>Brings the literal host of a URL pattern into the one form that requests have.</summary>
internal static class AuthorityText
{
    private const string Separator = "://";

    // What a pattern holds that may match a slash: a dot, a slash, a negation, a star, an escape.
    private static readonly SearchValues<char> Reaching = SearchValues.Create("./^!*\\");

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

    /// <summary>
    /// Why text behind a pattern could be host or path, and so be meant in lower case or as it stands; or holds a port that requests do not have. Null where
    /// there is one reading: a rule that silently matched nothing would leave its requests to a wider one.
    /// </summary>
    public static string? WhyAmbiguous(IReadOnlyList<DelimitedPart> parts)
    {
        var (inAuthority, mayBePath) = (false, false);
        foreach (var part in parts)
        {
            if (part.IsPattern)
            {
                mayBePath |= inAuthority && part.Text.AsSpan().ContainsAny(Reaching);
                continue;
            }

            var separator = inAuthority ? -1 : part.Text.IndexOf(Separator, StringComparison.Ordinal);
            if (!inAuthority && separator < 0)
            {
                continue;
            }

            inAuthority = true;
            var rest = part.Text.AsSpan(separator < 0 ? 0 : separator + Separator.Length);
            var end = rest.IndexOf('/');
            var authority = end < 0 ? rest : rest[..end];
            if (mayBePath && authority.ContainsAnyInRange('A', 'Z'))
            {
                return "holds capitals behind a pattern that may reach into the path; hosts are matched in lower case: write the host's part so, or begin the path with a slash outside of the pattern";
            }

            if (parts[0].IsPattern && (authority.EndsWith(":80") || authority.EndsWith(":443")) && (end >= 0 || part == parts[^1]))
            {
                return "names a default port behind a scheme that is a pattern; requests never have the port of their own scheme: leave it out";
            }

            if (end >= 0)
            {
                return null;
            }
        }

        return null;
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
