namespace AuthProxy.Rules.Patterns;

/// <summary>The rules of one literal beginning. Few are all asked; of many, those whose rare literal the URL holds.</summary>
internal sealed class UrlBucket
{
    /// <summary>So many patterns are asked faster than literals are looked up.</summary>
    private const int Few = 8;

    private List<UrlEntry>? _gathered;
    private UrlEntry[] _always = [];
    private LiteralIndex[] _literals = [];

    public void Add(UrlEntry entry) => (_gathered ??= []).Add(entry);

    /// <summary>Nothing is added any more.</summary>
    public void Settle()
    {
        if (_gathered is { Count: > Few })
        {
            (_literals, _always) = LiteralIndex.Divide(_gathered);
        }
        else if (_gathered is not null)
        {
            _always = [.. _gathered];
        }

        _gathered = null;
    }

    public void Answer(ref UrlQuestion question)
    {
        question.Ask(_always);
        foreach (var index in _literals)
        {
            index.Answer(ref question);
        }
    }
}
