namespace AuthProxy.Rules.Templates.Syntax;

/// <summary>Hands out the words of a template. After a fault there are none left.</summary>
internal sealed class TokenReader(IReadOnlyList<TemplateToken> tokens)
{
    private int _at;

    /// <summary>The first fault, with its line.</summary>
    public (string Why, int Line)? Fault { get; private set; }

    public bool AtEnd => Peek().Kind == TokenKind.End;

    public TemplateToken Peek(int ahead = 0) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    public TemplateToken Next()
    {
        var token = Peek();
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    public TemplateToken Expect(TokenKind kind, string what)
    {
        var token = Next();
        if (token.Kind != kind)
        {
            Fail($"needs {what} where something else stands");
        }

        return token;
    }

    /// <summary>Always null, so that who fails can return it.</summary>
    public object? Fail(string why)
    {
        Fault ??= (why, Peek().Line);
        _at = tokens.Count - 1;
        return null;
    }
}

/// <summary>The variables of a template, and which of them are known where: each declaration has a place of its own.</summary>
internal sealed class VariableTable
{
    private readonly List<(string Name, int Slot)> _known = [];

    /// <summary>How many places there are.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a block; what it gives back ends it.</summary>
    public int Enter() => _known.Count;

    public void Leave(int scope) => _known.RemoveRange(scope, _known.Count - scope);

    public int Declare(string name)
    {
        _known.Add((name, Count));
        return Count++;
    }

    public int? Find(string name) => _known.FindLastIndex(variable => variable.Name == name) is >= 0 and var index ? _known[index].Slot : null;
}
