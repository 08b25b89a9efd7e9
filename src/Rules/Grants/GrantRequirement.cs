using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Grants;

/// <summary>What a rule asks about the data tokens of a request before the request passes.</summary>
public sealed class GrantRequirement
{
    /// <summary>Makes a requirement of at least one selector; a body selector's JSONPath has to be one.</summary>
    public GrantRequirement(IReadOnlyList<TokenSelector> verify)
    {
        ArgumentOutOfRangeException.ThrowIfZero(verify.Count);
        Verify = [.. verify.Select(selector => selector.Compiled())];
        NeedsBody = verify.Any(selector => selector.In == TokenPlace.Body);
    }

    /// <summary>Where tokens are; the session must hold a grant for each.</summary>
    public IReadOnlyList<TokenSelector> Verify { get; }

    /// <summary>Whether the body has to be held and read before the request is forwarded.</summary>
    public bool NeedsBody { get; }

    /// <summary>How many bytes of a body may be held to look into it; null where the service's own limit holds.</summary>
    public long? BodyLimit { get; init; }

    /// <summary>Collects the tokens that must be verified.</summary>
    /// <param name="captures">What the rule's path pattern captured.</param>
    /// <param name="query">The query with its question mark, as received.</param>
    /// <param name="headers">All values of a header by its name; empty where the request has none.</param>
    /// <param name="body">The whole body where <see cref="NeedsBody"/> says so; empty for a request without one.</param>
    public TokenSelection Select(RuleCaptures captures, string query, Func<string, IEnumerable<string?>> headers, ReadOnlySpan<byte> body) =>
        new TokenCollector(this).Collect(captures, query, headers, body);
}

/// <summary>What a request holds where a rule looks for tokens.</summary>
public abstract record TokenSelection
{
    private TokenSelection()
    {
    }

    /// <summary>The tokens found, each once, in the order of the selectors; none is no fault.</summary>
    public sealed record Selected(IReadOnlyList<string> Tokens) : TokenSelection;

    /// <summary>Something that is no token stands where only a token may.</summary>
    public sealed record NotAToken(TokenSelector Selector) : TokenSelection;

    /// <summary>A part of the request cannot be read, or could be read in two ways.</summary>
    public sealed record Unreadable(TokenPlace Place, string Why) : TokenSelection;
}
