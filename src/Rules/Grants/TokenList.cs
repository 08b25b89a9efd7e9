namespace AuthProxy.Rules.Grants;

/// <summary>The tokens found so far, each once.</summary>
internal sealed class TokenList
{
    private readonly List<string> tokens = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>False where the text is no token.</summary>
    public bool TryAdd(string text)
    {
        if (!TokenShape.IsToken(text))
        {
            return false;
        }

        if (known.Add(text))
        {
            tokens.Add(text);
        }

        return true;
    }
}
