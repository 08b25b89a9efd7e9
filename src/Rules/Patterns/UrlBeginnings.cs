using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>The literal beginnings of a pattern; several where it begins with alternatives, such as <c>&lt;http|https&gt;://</c>.</summary>
/// <param name="Texts">None of them begins with another.</param>
/// <param name="AreWhole">Whether they are all that the pattern matches.</param>
internal sealed record UrlBeginnings(IReadOnlyList<string> Texts, bool AreWhole)
{
    /// <summary>Alternatives beyond are left to the matcher.</summary>
    private const int Most = 16;

    public static UrlBeginnings Of(PatternNode root)
    {
        var texts = new List<string> { "" };
        var whole = Extend(texts, root);
        var shortest = Shortest(texts);

        // "http://a.test<|.evil>" begins like "http://a.test" and is more than that.
        return new UrlBeginnings(shortest, whole && shortest.Count == texts.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Appends what a node begins with; false where what follows it is not next to that.</summary>
    private static bool Extend(List<string> texts, PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Text text:
                for (var i = 0; i < texts.Count; i++)
                {
                    texts[i] += text.Value;
                }

                return true;
            case PatternNode.Sequence sequence:
                return sequence.Items.All(item => Extend(texts, item));
            case PatternNode.Group group:
                return Extend(texts, group.Body);
            case PatternNode.Choice choice:
                return Branch(texts, choice.Alternatives);
            case PatternNode.Loop { Minimum: 0, Maximum: 1 } option:
                return Branch(texts, [option.Body, PatternNode.Empty]);
            default:
                return false;
        }
    }

    private static bool Branch(List<string> texts, IReadOnlyList<PatternNode> alternatives)
    {
        var all = new List<string>();
        var whole = true;
        foreach (var alternative in alternatives)
        {
            var extended = new List<string>(texts);
            whole &= Extend(extended, alternative);
            all.AddRange(extended);
            if (all.Count > Most)
            {
                return false;
            }
        }

        texts.Clear();
        texts.AddRange(all);
        return whole;
    }

    private static List<string> Shortest(List<string> texts)
    {
        texts.Sort(StringComparer.Ordinal);
        var kept = new List<string>(texts.Count);
        foreach (var text in texts)
        {
            if (kept is not [.., var last] || !text.StartsWith(last, StringComparison.Ordinal))
            {
                kept.Add(text);
            }
        }

        return kept;
    }
}
