namespace AuthProxy.Rules.Patterns;

/// <summary>
/// Finds the rules of Oathkeeper's form that a URL can match, whatever their number: by the literal segments that they begin
/// with, and where many begin alike, by a rare literal that they hold further on.
/// </summary>
internal sealed class UrlIndex
{
    /// <summary>Longer beginnings are cut there; the matcher sees to the rest.</summary>
    private const int MostSegments = 60;

    /// <summary>By the URL, for what matches that one only.</summary>
    private readonly Dictionary<string, UrlBucket> _whole = new(StringComparer.Ordinal);

    /// <summary>By the literal beginning up to its last slash.</summary>
    private readonly Dictionary<string, UrlBucket> _below = new(StringComparer.Ordinal);

    /// <summary>How many slashes the keys of <see cref="_below"/> have: a bit for each number that occurs.</summary>
    private readonly ulong _depths;

    public UrlIndex(IEnumerable<UrlEntry> entries)
    {
        foreach (var entry in entries)
        {
            foreach (var (text, isWhole) in UrlBeginning.Distinct(entry.Pattern.Beginnings.Select(CutToSegments)))
            {
                Bucket(isWhole ? _whole : _below, text).Add(entry);
                _depths |= isWhole ? 0 : 1UL << text.AsSpan().Count('/');
            }
        }

        foreach (var bucket in _whole.Values.Concat(_below.Values))
        {
            bucket.Settle();
        }
    }

    public RuleLookup Find(in MatchUrl url, string method) => Ask(url, method).ToLookup();

    /// <summary>How many rules a request costs the asking.</summary>
    internal int CountAsked(in MatchUrl url, string method) => Ask(url, method).Asked;

    private UrlQuestion Ask(in MatchUrl url, string method)
    {
        var question = new UrlQuestion(url, method);
        Answer(_whole, url.Text, ref question);
        var end = 0;
        for (var depths = _depths; depths != 0; depths >>= 1)
        {
            if ((depths & 1) != 0)
            {
                Answer(_below, url.Text[..end], ref question);
            }

            if (url.Text[end..].IndexOf('/') is not (>= 0 and var slash))
            {
                break;
            }

            end += slash + 1;
        }

        return question;
    }

    private static void Answer(Dictionary<string, UrlBucket> buckets, ReadOnlySpan<char> beginning, ref UrlQuestion question)
    {
        if (buckets.Count > 0 && buckets.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(beginning, out var bucket))
        {
            bucket.Answer(ref question);
        }
    }

    private static UrlBucket Bucket(Dictionary<string, UrlBucket> buckets, string beginning)
    {
        if (!buckets.TryGetValue(beginning, out var bucket))
        {
            buckets.Add(beginning, bucket = new UrlBucket());
        }

        return bucket;
    }

    private static UrlBeginning CutToSegments(UrlBeginning beginning)
    {
        var end = 0;
        for (var segments = 0; segments < MostSegments && beginning.Text.IndexOf('/', end) is >= 0 and var slash; segments++)
        {
            end = slash + 1;
        }

        return beginning.IsWhole ? beginning : beginning with { Text = beginning.Text[..end] };
    }
}
