namespace AuthProxy.Rules.Patterns;

/// <summary>Says where a URL leaves the literal beginning of a pattern.</summary>
internal static class UrlDifference
{
    private const int MostShown = 40;

    /// <summary>Null where the URL begins as the pattern does, so that only the rest can differ.</summary>
    public static string? Describe(ReadOnlySpan<char> url, IReadOnlyList<UrlBeginning> beginnings)
    {
        var closest = beginnings[0];
        foreach (var beginning in beginnings)
        {
            if (Fits(url, beginning))
            {
                return null;
            }

            closest = url.CommonPrefixLength(beginning.Text) > url.CommonPrefixLength(closest.Text) ? beginning : closest;
        }

        var shared = url.CommonPrefixLength(closest.Text);
        var rest = url[shared..];
        var expected = closest.Text.AsSpan(shared);
        return rest.IsEmpty ? $"the URL ends where the pattern goes on with '{Clip(expected)}'"
            : expected.IsEmpty ? $"the URL goes on with '{Clip(rest)}' where the pattern ends"
            : $"the URL has '{Clip(rest)}' where the pattern has '{Clip(expected)}'";
    }

    public static bool Fits(ReadOnlySpan<char> url, UrlBeginning beginning) =>
        beginning.IsWhole ? url.SequenceEqual(beginning.Text) : url.StartsWith(beginning.Text, StringComparison.Ordinal);

    private static string Clip(ReadOnlySpan<char> text) => text.Length > MostShown ? $"{text[..MostShown]}…" : text.ToString();
}
