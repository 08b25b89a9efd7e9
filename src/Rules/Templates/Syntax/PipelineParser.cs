using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Templates.Expressions;
using AuthProxy.Rules.Templates.Functions;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Syntax;

/// <summary>Compiles what stands inside of an action: commands, the pipes between them, and their operands.</summary>
internal sealed class PipelineParser(TokenReader tokens, VariableTable variables)
{
    private static readonly LiteralExpression Nothing = new(null);

    private readonly HashSet<string> _literals = new(ReferenceEqualityComparer.Instance);
    private int _depth;

    /// <summary>The texts of the template, told apart by reference.</summary>
    public IReadOnlySet<string> Literals => _literals;

    /// <summary>Whether <c>.</c> is the session, outside of <c>with</c> and <c>range</c>.</summary>
    public bool DotIsSession { get; set; } = true;

    public TemplateExpression Read()
    {
        if (++_depth > TemplateLimits.Depth)
        {
            tokens.Fail("is nested too deep");
        }

        var expression = ReadCommand(null);
        while (tokens.Peek().Kind == TokenKind.Pipe)
        {
            tokens.Next();
            expression = ReadCommand(expression);
        }

        _depth--;
        return expression.Depth > TemplateLimits.Depth ? Fail("is nested too deep") : expression;
    }

    /// <param name="piped">What comes through the pipe, and is the last argument.</param>
    private TemplateExpression ReadCommand(TemplateExpression? piped)
    {
        var first = tokens.Peek();
        if (first.Kind == TokenKind.Name && tokens.Peek(1) is not { Kind: TokenKind.Field, IsApart: false })
        {
            return Compile(tokens.Next().Text, ReadArguments(piped));
        }

        var operand = ReadOperand(out var chain);
        var arguments = ReadArguments(piped);
        if (arguments.Count == 0)
        {
            return first.Kind == TokenKind.Nil ? Fail("writes nil, which is no value") : operand;
        }

        return chain.Count > 0 && GoMethods.Names.Contains(chain[^1]) && operand is MemberExpression member
            ? new MethodExpression(member.Of, chain[^1], arguments)
            : Fail(chain.Count > 0
                ? $"gives an argument to '.{string.Join('.', chain)}', which is no method"
                : "gives an argument to something that is no function");
    }

    private List<TemplateExpression> ReadArguments(TemplateExpression? piped)
    {
        var arguments = new List<TemplateExpression>();
        while (tokens.Peek().Kind is not (TokenKind.Pipe or TokenKind.Close or TokenKind.ActionEnd or TokenKind.End))
        {
            if (!tokens.Peek().IsApart)
            {
                tokens.Fail("has two operands without a blank between them");
                break;
            }

            arguments.Add(ReadOperand(out _));
        }

        if (piped is not null)
        {
            arguments.Add(piped);
        }

        return arguments;
    }

    private TemplateExpression ReadOperand(out IReadOnlyList<string> chain)
    {
        var token = tokens.Next();
        chain = [];
        switch (token.Kind)
        {
            case TokenKind.Field:
                return ReadFields(token.Text, DotIsSession, new DotExpression(), out chain);
            case TokenKind.Dot:
                return Chain(DotIsSession ? new SessionExpression() : new DotExpression(), ".", out chain);
            case TokenKind.Variable when token.Text.Length == 0 && tokens.Peek() is { Kind: TokenKind.Field, IsApart: false }:
                return ReadFields(tokens.Next().Text, true, new SessionExpression(), out chain);
            case TokenKind.Variable when token.Text.Length == 0:
                return new SessionExpression();
            case TokenKind.Variable:
                return variables.Find(token.Text) is { } slot
                    ? Chain(new VariableExpression(slot), "$" + token.Text, out chain)
                    : Fail($"knows no variable '${token.Text}'");
            case TokenKind.Name:
                // A function as an operand has no arguments: those would need parentheses.
                return Chain(Compile(token.Text, []), token.Text, out chain);
            case TokenKind.Open:
                var inner = Read();
                tokens.Expect(TokenKind.Close, "a closing parenthesis");
                return Chain(inner, "(…)", out chain);
            case TokenKind.Literal:
                return Literal(token.Value);
            case TokenKind.Nil:
                return Nothing;
            case TokenKind.ActionEnd or TokenKind.Pipe or TokenKind.Close:
                return Fail("holds an action without a value");
            default:
                return Fail("holds something that is no value");
        }
    }

    /// <summary>A chain that begins at the dot or the session, where more is known about what there is.</summary>
    private TemplateExpression ReadFields(string first, bool ofSession, TemplateExpression dot, out IReadOnlyList<string> chain)
    {
        var names = new List<string> { first };
        while (tokens.Peek() is { Kind: TokenKind.Field, IsApart: false })
        {
            names.Add(tokens.Next().Text);
        }

        chain = names;
        if (ofSession && SessionShape.Fault(names) is { } fault)
        {
            return Fail(fault);
        }

        var takesArguments = tokens.Peek().Kind is not (TokenKind.Pipe or TokenKind.Close or TokenKind.ActionEnd or TokenKind.End);
        return ofSession && !takesArguments && names is ["Subject"] ? new SubjectExpression()
            : ofSession && names is ["Extra", _, ..] ? new ClaimExpression([.. names.Skip(1)])
            : Members(ofSession ? new SessionExpression() : dot, ".", names);
    }

    private TemplateExpression Chain(TemplateExpression of, string before, out IReadOnlyList<string> chain)
    {
        var names = new List<string>();
        while (tokens.Peek() is { Kind: TokenKind.Field, IsApart: false })
        {
            names.Add(tokens.Next().Text);
        }

        chain = names;
        return Members(of, before, names);
    }

    private static TemplateExpression Members(TemplateExpression of, string before, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            of = new MemberExpression(of, before, name);
            before = name;
        }

        return of;
    }

    private TemplateExpression Compile(string name, List<TemplateExpression> arguments)
    {
        if (FunctionCatalogue.Find(name) is not { } function)
        {
            return Fail(FunctionCatalogue.WhyNot(name)
                ?? $"calls '{name}', which is no function{Suggestion.For(name, FunctionCatalogue.Names)}");
        }

        if (arguments.Count < function.Least || arguments.Count > function.Most)
        {
            return Fail($"gives '{name}' {arguments.Count} arguments; it takes {function.Expects}");
        }

        if (function.TakesPattern && !TryCompilePattern(name, arguments, out var fault))
        {
            return Fail(fault);
        }

        return name switch
        {
            "and" => new ShortCircuitExpression(stopsAt: false, arguments),
            "or" => new ShortCircuitExpression(stopsAt: true, arguments),
            "print" => Folded(new PrintExpression(arguments[0]), arguments),
            _ when function.IsPure => Folded(new CallExpression(function, arguments), arguments),
            _ => new CallExpression(function, arguments),
        };
    }

    /// <summary>What is made of nothing but the template's own texts and numbers is made once, and is its text too.</summary>
    private TemplateExpression Folded(TemplateExpression call, List<TemplateExpression> arguments)
    {
        if (tokens.Fault is not null || !arguments.All(argument => argument is LiteralExpression))
        {
            return call;
        }

        var scope = RenderScope.WithoutRequest(TemplateLimits.FoldingWork);
        return call.Evaluate(scope) switch
        {
            _ when scope.Failed => call,
            string { Length: <= TemplateLimits.FoldedLength } text => Literal(new string(text.AsSpan())),
            (bool or nint or long or double) and var value => Literal(value),
            _ => call,
        };
    }

    // Compiling a pattern costs too much to be done for a request, and one that a request could choose too much to be matched.
    private static bool TryCompilePattern(string function, List<TemplateExpression> arguments, out string fault)
    {
        fault = $"gives '{function}' a pattern that is not written out; patterns are compiled when the rules load";
        if (arguments[0] is not LiteralExpression { Value: string pattern })
        {
            return false;
        }

        if (GoRegex.TryCompile(pattern, out fault) is not { } regex)
        {
            fault = $"gives '{function}' a pattern that {fault}";
            return false;
        }

        arguments[0] = new LiteralExpression(regex);
        return true;
    }

    private LiteralExpression Literal(object? value)
    {
        if (value is string text)
        {
            _literals.Add(text);
        }

        return new LiteralExpression(value);
    }

    private LiteralExpression Fail(string why)
    {
        tokens.Fail(why);
        return Nothing;
    }
}
