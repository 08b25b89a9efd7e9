using Microsoft.AspNetCore.Http;

namespace AuthProxy.Sdk;

/// <summary>The tokens of one request or answer, with what was looked into already, so that a circle ends.</summary>
/// <param name="tooMany">The status where there are too many: the caller's fault in a request, ours in an answer.</param>
internal sealed class FoundTokens(int tooMany = StatusCodes.Status400BadRequest)
{
    /// <summary>More in one request or answer are not a form or a page, but a harvest.</summary>
    public const int Most = 1000;

    // As deep as System.Text.Json writes.
    private const int Deepest = 64;

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<(string Token, int GrantSeconds)> _tokens = [];
    private int _depth;

    public IReadOnlyList<(string Token, int GrantSeconds)> All => _tokens;

    public void Add(string token, int grantSeconds)
    {
        if (_tokens.Count == Most)
        {
            throw new TokenizerException(TokenizerException.TokensTooMany, tooMany, $"There are more than {Most} tokens at once.");
        }

        _tokens.Add((token, grantSeconds));
    }

    /// <summary>Goes into a value, unless it was seen already; each entry is left again.</summary>
    public bool TryEnter(object value)
    {
        if (!value.GetType().IsValueType && !_seen.Add(value))
        {
            return false;
        }

        return ++_depth <= Deepest ? true : throw new InvalidOperationException($"A value is nested deeper than {Deepest}.");
    }

    public void Leave() => _depth--;
}
