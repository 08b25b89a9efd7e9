namespace AuthProxy.Rules.Patterns;

/// <summary>
/// Oathkeeper's patterns of one method by the literal text they begin with: a binary search finds the longest beginning of
/// a URL, its ancestors are the only others.
/// </summary>
internal sealed class PrefixIndex
{
    private const int NoParent = -1;

    private readonly string[] _prefixes;
    private readonly int[] _parents;
    private readonly (RegexpPattern Pattern, RuleLookup.One Answer)[][] _rules;

    public PrefixIndex(IEnumerable<(RegexpPattern Pattern, RuleLookup.One Answer)> entries)
    {
        var groups = entries.GroupBy(entry => entry.Pattern.Prefix).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        _prefixes = [.. groups.Select(group => group.Key)];
        _rules = [.. groups.Select(group => group.ToArray())];
        _parents = new int[_prefixes.Length];
        for (var i = 0; i < _prefixes.Length; i++)
        {
            // Everything between a text and its beginning has that beginning too, so the search climbs along earlier parents.
            var parent = i - 1;
            while (parent != NoParent && !_prefixes[i].StartsWith(_prefixes[parent], StringComparison.Ordinal))
            {
                parent = _parents[parent];
            }

            _parents[i] = parent;
        }
    }

    /// <summary>Asks every rule that could match; <paramref name="found"/> collects the answers.</summary>
    public void Find(ReadOnlySpan<char> url, ref RegexpFindings found)
    {
        for (var i = LastNotAfter(url); i != NoParent; i = _parents[i])
        {
            if (!url.StartsWith(_prefixes[i], StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var (pattern, answer) in _rules[i])
            {
                found.Add(answer, pattern.Test(url));
            }
        }
    }

    private int LastNotAfter(ReadOnlySpan<char> url)
    {
        var low = 0;
        var high = _prefixes.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_prefixes[middle].AsSpan().SequenceCompareTo(url) <= 0)
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
    private RuleLookup.One? _one;
    private List<Rule>? _several;
    private Rule? _failed;

    public void Add(RuleLookup.One answer, PatternVerdict verdict)
    {
        switch (verdict)
        {
            case PatternVerdict.No:
                return;
            case PatternVerdict.Failed:
                _failed ??= answer.Rule;
                return;
            default:
                Add(answer);
                return;
        }
    }

    public readonly RuleLookup ToLookup() =>
        _failed is not null ? new RuleLookup.Failed(_failed, "the pattern came to no answer within 250 ms")
        : _several is not null ? new RuleLookup.Several(_several)
        : _one is not null ? _one
        : RuleLookup.None.Instance;

    private void Add(RuleLookup.One answer)
    {
        if (_one is null)
        {
            _one = answer;
            return;
        }

        _several ??= [_one.Rule];
        _several.Add(answer.Rule);
    }
}
