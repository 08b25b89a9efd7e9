namespace AuthProxy.Rules.Patterns;

/// <summary>
/// Oathkeeper's patterns of one method by the literal text they begin with: a binary search finds the longest beginning of
/// a URL, its ancestors are the only others.
/// </summary>
internal sealed class PrefixIndex
{
    private const int NoParent = -1;

    private readonly string[] prefixes;
    private readonly int[] parents;
    private readonly (RegexpPattern Pattern, RuleLookup.One Answer)[][] rules;

    public PrefixIndex(IEnumerable<(RegexpPattern Pattern, RuleLookup.One Answer)> entries)
    {
        var groups = entries.GroupBy(entry => entry.Pattern.Prefix).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        prefixes = [.. groups.Select(group => group.Key)];
        rules = [.. groups.Select(group => group.ToArray())];
        parents = new int[prefixes.Length];
        for (var i = 0; i < prefixes.Length; i++)
        {
            // Everything between a text and its beginning has that beginning too, so the search climbs along earlier parents.
            var parent = i - 1;
            while (parent != NoParent && !prefixes[i].StartsWith(prefixes[parent], StringComparison.Ordinal))
            {
                parent = parents[parent];
            }

            parents[i] = parent;
        }
    }

    /// <summary>Asks every rule that could match; <paramref name="found"/> collects the answers.</summary>
    public void Find(ReadOnlySpan<char> url, ref RegexpFindings found)
    {
        for (var i = LastNotAfter(url); i != NoParent; i = parents[i])
        {
            if (!url.StartsWith(prefixes[i], StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var (pattern, answer) in rules[i])
            {
                found.Add(answer, pattern.Test(url));
            }
        }
    }

    private int LastNotAfter(ReadOnlySpan<char> url)
    {
        var low = 0;
        var high = prefixes.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (prefixes[middle].AsSpan().SequenceCompareTo(url) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}

/// <summary>What the patterns that were asked said together.</summary>
internal struct RegexpFindings
{
    private RuleLookup.One? one;
    private List<Rule>? several;
    private Rule? failed;

    public void Add(RuleLookup.One answer, PatternVerdict verdict)
    {
        switch (verdict)
        {
            case PatternVerdict.No:
                return;
            case PatternVerdict.Failed:
                failed ??= answer.Rule;
                return;
            default:
                Add(answer);
                return;
        }
    }

    public readonly RuleLookup ToLookup() =>
        failed is not null ? new RuleLookup.Failed(failed, "the pattern came to no answer within 250 ms")
        : several is not null ? new RuleLookup.Several(several)
        : one is not null ? one
        : RuleLookup.None.Instance;

    private void Add(RuleLookup.One answer)
    {
        if (one is null)
        {
            one = answer;
            return;
        }

        several ??= [one.Rule];
        several.Add(answer.Rule);
    }
}
