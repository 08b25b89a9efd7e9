namespace AuthProxy.Rules.Patterns;

/// <summary>
/// Finds the rules of Oathkeeper's form that a URL can match, whatever their number: by the literal text that they begin with,
/// and where many begin alike, by a rare literal that they hold further on.
/// </summary>
internal sealed class UrlIndex
{
    private readonly UrlNode _root = new("");

    public UrlIndex(IEnumerable<UrlEntry> entries)
    {
        var buckets = new HashSet<UrlBucket>();
        foreach (var entry in entries)
        {
            foreach (var beginning in entry.Pattern.Beginnings.Texts)
            {
                var bucket = _root.Reach(beginning).Bucket;
                bucket.Add(entry);
                buckets.Add(bucket);
            }
        }

        foreach (var bucket in buckets)
        {
            bucket.Settle();
        }
    }

    public RuleLookup Find(ReadOnlySpan<char> url, string method) => Ask(url, method).ToLookup();

    /// <summary>How many rules a request costs the asking.</summary>
    internal int CountAsked(ReadOnlySpan<char> url, string method) => Ask(url, method).Asked;

    private UrlQuestion Ask(ReadOnlySpan<char> url, string method)
    {
        var question = new UrlQuestion(url, method);
        var rest = url;
        for (var node = _root; node is not null; node = node.Next(ref rest))
        {
            node.Bucket.Answer(ref question);
        }

        return question;
    }
}
