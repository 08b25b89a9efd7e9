namespace AuthProxy.Rules.Grants;

/// <summary>The tokens found so far, each once.</summary>
internal sealed class TokenList
{
    private readonly List<string> _tokens = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>False where the text is no token.</summary>
    public bool TryAdd(string text)
    {
        if (!TokenShape.IsToken(text))
        {
            return false;
        }

        if (_known.Add(text))
        {
            _tokens.Add(text);
        }

        return true;
    }
}
