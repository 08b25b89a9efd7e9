namespace AuthProxy.Rules.Patterns;

/// <summary>One request on its way through the index, and what the patterns that were asked said together.</summary>
internal ref struct UrlQuestion(in MatchUrl url, string method)
{
    private readonly ReadOnlySpan<char> _url = url.Text;
    private RuleLookup.One? _one;
    private List<Rule>? _several;
    private Rule? _failed;

    /// <summary>The URL with its end marked.</summary>
    public readonly ReadOnlySpan<char> Closed { get; } = url.Closed;

    /// <summary>How many rules have been asked; the index is there to keep it small.</summary>
    public int Asked { get; private set; }

    public void Ask(ReadOnlySpan<UrlEntry> entries)
    {
        Asked += entries.Length;
        foreach (ref readonly var entry in entries)
        {
            if (entry.Pattern.AllowsMethod(method))
            {
                Note(entry.Answer, entry.Pattern.Test(_url));
            }
        }
    }

    public readonly RuleLookup ToLookup() =>
        _failed is not null ? new RuleLookup.Failed(_failed, "the pattern came to no answer within 250 ms")
        : _several is not null ? new RuleLookup.Several(_several)
        : _one is not null ? _one
        : RuleLookup.None.Instance;

    private void Note(RuleLookup.One answer, PatternVerdict verdict)
    {
        switch (verdict)
        {
            case PatternVerdict.No:
                return;
            case PatternVerdict.Failed:
                _failed ??= answer.Rule;
                return;
            case PatternVerdict.Yes when _one is null:
                _one = answer;
                return;
            default:
                _several ??= [_one!.Rule];
                _several.Add(answer.Rule);
                return;
        }
    }
}
