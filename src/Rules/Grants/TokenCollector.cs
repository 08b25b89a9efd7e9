using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Grants;

/// <summary>Collects what stands in the places that a requirement names.</summary>
internal sealed class TokenCollector(GrantRequirement requirement)
{
    private readonly TokenList _tokens = new();

    public TokenSelection Collect(RuleCaptures captures, string query, Func<string, IEnumerable<string?>> headers, ReadOnlySpan<byte> body)
    {
        foreach (var selector in requirement.Verify)
        {
            TokenSelection? fault = selector.In switch
            {
                TokenPlace.Path => Path(selector, captures),
                TokenPlace.Query => Query(selector, query),
                TokenPlace.Header => Header(selector, headers),
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        if (requirement.NeedsBody && !body.IsEmpty)
        {
            var selectors = requirement.Verify.Where(selector => selector.In == TokenPlace.Body).ToArray();
            if (new BodyScan(selectors, _tokens).Read(body) is { } fault)
            {
                return fault;
            }
        }

        return new TokenSelection.Selected(_tokens.Tokens);
    }

    private TokenSelection? Path(TokenSelector selector, RuleCaptures captures) =>
        captures.Named(selector.Select) is { } capture
            ? Add(selector, capture)
            : new TokenSelection.Unreadable(TokenPlace.Path, "the path has no such capture");

    private TokenSelection? Query(TokenSelector selector, string query)
    {
        foreach (var parameter in new QueryText(query))
        {
            if (!parameter.TryDecode(out var name, out var value))
            {
                return new TokenSelection.Unreadable(TokenPlace.Query, "the query holds an invalid percent-encoding");
            }

            // Without case, as many frameworks look parameters up: what they would read has to be verified.
            if (LenientName.Same(name, selector.Select) && Add(selector, value) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private TokenSelection.NotAToken? Header(TokenSelector selector, Func<string, IEnumerable<string?>> headers)
    {
        foreach (var value in headers(selector.Select))
        {
            if (Add(selector, (value ?? "").Trim(' ', '\t')) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private TokenSelection.NotAToken? Add(TokenSelector selector, string text) =>
        _tokens.TryAdd(text) ? null : new TokenSelection.NotAToken(selector);
}
