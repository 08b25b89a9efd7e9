namespace AuthProxy.Rules.Patterns;

/// <summary>A match of Oathkeeper's form: a URL in which <c>&lt;…&gt;</c> holds patterns.</summary>
internal sealed class UrlPattern : RulePattern
{
    private readonly UrlMatcher _matcher;
    private readonly string[] _methods;

    public UrlPattern(string text, IReadOnlyList<string> methods, IReadOnlyList<UrlBeginning> beginnings, IReadOnlyList<string> literals, UrlMatcher matcher)
        : base(text, methods)
    {
        Beginnings = beginnings;
        Literals = literals;
        _matcher = matcher;
        _methods = [.. methods];
    }

    /// <summary>Every matching URL begins with one of them.</summary>
    public IReadOnlyList<UrlBeginning> Beginnings { get; }

    /// <summary>Every matching URL holds all of them.</summary>
    public IReadOnlyList<string> Literals { get; }

    public override IReadOnlyList<string> CaptureNames => [];

    /// <summary>The literal host of the pattern without its port; null where the host is a pattern itself.</summary>
    public string? LiteralHost
    {
        get
        {
            var hosts = Beginnings.Select(beginning => AuthorityText.HostOf(beginning.Text, beginning.IsWhole)).Distinct().ToArray();
            return hosts is [var only] ? only : null;
        }
    }

    /// <summary>Whether the method is among the rule's; compared first, so that no pattern costs anything to requests of other methods.</summary>
    public bool AllowsMethod(string method)
    {
        foreach (var allowed in _methods)
        {
            if (allowed.Equals(method, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    internal override PatternVerdict Test(in RequestFacts facts)
    {
        if (!AllowsMethod(facts.Method))
        {
            return PatternVerdict.No;
        }

        using var url = new MatchUrl(facts);
        return Test(url.Text);
    }

    internal override int Closeness(in RequestFacts facts)
    {
        using var url = new MatchUrl(facts);
        var closest = 0;
        foreach (var beginning in Beginnings)
        {
            var shared = url.Text.CommonPrefixLength(beginning.Text);
            var isNear = UrlDifference.Fits(url.Text, beginning)
                || facts.HostName.SequenceEqual(AuthorityText.HostOf(beginning.Text, beginning.IsWhole));
            closest = Math.Max(closest, isNear ? 1 + shared : 0);
        }

        return closest;
    }

    internal override string? WhyNot(in RequestFacts facts)
    {
        using var url = new MatchUrl(facts);
        return UrlDifference.Describe(url.Text, Beginnings) ?? Test(url.Text) switch
        {
            PatternVerdict.Failed => "has a pattern that came to no answer within 250 ms",
            PatternVerdict.No => "has a pattern that the URL begins like, and further on does not fit",
            _ => AllowsMethod(facts.Method) ? null : WhyNotMethod(facts.Method),
        };
    }

    internal PatternVerdict Test(ReadOnlySpan<char> url) => _matcher.Test(url);

    internal override IReadOnlyList<string>? ReadCaptures(in RequestFacts facts)
    {
        using var url = new MatchUrl(facts);
        return _matcher.ReadCaptures(url.Text);
    }
}
