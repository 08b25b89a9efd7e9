using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Rules.Grants;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>
/// Finds names that are not those which a rule selects, but which a lenient upstream reads as if they were: what stands there
/// would pass unchecked.
/// </summary>
internal sealed class OtherSpellings(IReadOnlyList<TokenSelector> selectors)
{
    private readonly string[] _headers = [.. Names(selectors, TokenPlace.Header)];
    private readonly string[] _parameters = [.. Names(selectors, TokenPlace.Query)];

    /// <summary>Null where every name has one reading only.</summary>
    public string? WhyAmbiguous(FrozenRequest received) =>
        _headers.Length > 0 && HeadersAreAmbiguous(received.Headers) ? "a selected header is there in another spelling, which some servers read instead"
        : _parameters.Length > 0 && QueryIsAmbiguous(received.Target.Query) ? "a selected query parameter is there in another spelling, which some servers read instead"
        : null;

    private bool HeadersAreAmbiguous(IHeaderDictionary received)
    {
        foreach (var (name, _) in received)
        {
            foreach (var declared in _headers)
            {
                if (!name.Equals(declared, StringComparison.OrdinalIgnoreCase) && HeaderSpelling.Comparer.Equals(name, declared))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool QueryIsAmbiguous(ReadOnlySpan<char> query)
    {
        query = query.TrimStart('?');
        // Old servers end a pair at ';' too.
        foreach (var range in query.SplitAny('&', ';'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            var name = Uri.UnescapeDataString((equals < 0 ? pair : pair[..equals]).ToString().Replace('+', ' '));
            foreach (var declared in _parameters)
            {
                // A difference in case alone is no other name: the selection looks at both.
                if (!name.Equals(declared, StringComparison.OrdinalIgnoreCase) && LooseQueryNames.AreEqual(name, declared))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IEnumerable<string> Names(IReadOnlyList<TokenSelector> selectors, TokenPlace place) =>
        from selector in selectors where selector.In == place select selector.Select;
}
