using AuthProxy.Rules.Templates.Expressions;
using AuthProxy.Rules.Templates.Nodes;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Syntax;

/// <summary>
/// Compiles a template: texts, actions and the blocks that they make. The first fault holds; after it the words are at their end, so that
/// every loop comes to its own.
/// </summary>
internal sealed class TemplateParser
{
    private readonly TokenReader _tokens;
    private readonly VariableTable _variables = new();
    private readonly PipelineParser _pipelines;
    private int _depth;
    private int _loops;

    private TemplateParser(TokenReader tokens)
    {
        _tokens = tokens;
        _pipelines = new PipelineParser(tokens, _variables);
    }

    /// <summary>Null where the text cannot be used as a template; then <paramref name="fault"/> says why.</summary>
    public static TemplateProgram? Parse(string text, out string fault)
    {
        if (text.Length > TemplateLimits.TemplateLength)
        {
            fault = $"is longer than {TemplateLimits.TemplateLength} characters";
            return null;
        }

        var lexer = new TemplateLexer(text);
        var tokens = new TokenReader(lexer.Read());
        var parser = new TemplateParser(tokens);
        var body = lexer.Fault is null ? parser.ReadBlock(isWhole: true) : BlockNode.Empty;
        var (why, line) = lexer.Fault ?? tokens.Fault ?? ("", 0);
        fault = why.Length > 0 && text.Contains('\n') ? $"{why} (line {line} of the template)" : why;
        return why.Length > 0 ? null : new TemplateProgram(body, parser._variables.Count, parser._pipelines.Literals);
    }

    private BlockNode ReadBlock(bool isWhole = false)
    {
        if (++_depth > TemplateLimits.Depth)
        {
            _tokens.Fail("is nested too deep");
        }

        var scope = _variables.Enter();
        var nodes = new List<TemplateNode>();
        while (!_tokens.AtEnd && !AtBlockEnd())
        {
            if (_tokens.Next() is { Kind: TokenKind.Text } text)
            {
                nodes.Add(new TextNode(text.Text));
            }
            else if (ReadAction() is { } node)
            {
                nodes.Add(node);
            }
        }

        if (isWhole && !_tokens.AtEnd)
        {
            _tokens.Fail($"has an '{_tokens.Peek(1).Text}' without its beginning");
        }

        _variables.Leave(scope);
        _depth--;
        return new BlockNode(nodes);
    }

    private bool AtBlockEnd() =>
        _tokens.Peek().Kind == TokenKind.ActionStart && _tokens.Peek(1) is { Kind: TokenKind.Name, Text: "end" or "else" };

    /// <summary>The action behind its opening braces; null where it writes nothing.</summary>
    private TemplateNode? ReadAction()
    {
        switch (_tokens.Peek() is { Kind: TokenKind.Name } word ? word.Text : "")
        {
            case "if":
                _tokens.Next();
                return ReadCondition(setsDot: false);
            case "with":
                _tokens.Next();
                return ReadCondition(setsDot: true);
            case "range":
                _tokens.Next();
                return ReadRange();
            case "break":
                return ReadLeave(Flow.Break);
            case "continue":
                return ReadLeave(Flow.Continue);
            case ("define" or "template" or "block") and var keyword:
                _tokens.Fail($"uses '{keyword}', which templates of rules do not have; write the text where it is used");
                return null;
            default:
                return ReadPipeline();
        }
    }

    private TemplateNode? ReadPipeline()
    {
        if (_tokens.Peek().Kind == TokenKind.Variable && _tokens.Peek(1).Kind is TokenKind.Declare or TokenKind.Assign)
        {
            var name = _tokens.Next();
            var declares = _tokens.Next().Kind == TokenKind.Declare;
            var value = _pipelines.Read();
            CloseAction();
            return Slot(name, declares) is { } slot ? new AssignNode(slot, value) : null;
        }

        var written = _pipelines.Read();
        CloseAction();

        // What is known now is text of the template like any other.
        return written is LiteralExpression { Value: { } literal } ? new TextNode(GoText.Of(literal, RenderScope.WithoutRequest())) : new WriteNode(written);
    }

    private ConditionNode ReadCondition(bool setsDot)
    {
        if (++_depth > TemplateLimits.Depth)
        {
            _tokens.Fail("is nested too deep");
        }

        var scope = _variables.Enter();
        TemplateToken? name = _tokens.Peek().Kind == TokenKind.Variable && _tokens.Peek(1).Kind is TokenKind.Declare or TokenKind.Assign ? _tokens.Next() : null;
        var declares = name is not null && _tokens.Next().Kind == TokenKind.Declare;
        var condition = _pipelines.Read();
        var slot = name is { } variable ? Slot(variable, declares) : null;
        CloseAction();
        var (then, otherwise) = ReadBranches(setsDot);
        _variables.Leave(scope);
        _depth--;
        return new ConditionNode(condition, slot, setsDot, then, otherwise);
    }

    /// <summary>What stands up to <c>end</c>, and behind <c>else</c>; the block's own opening action is behind.</summary>
    private (TemplateNode Then, TemplateNode Otherwise) ReadBranches(bool setsDot, bool isLoop = false)
    {
        var dotWasSession = _pipelines.DotIsSession;
        _pipelines.DotIsSession &= !setsDot;
        _loops += isLoop ? 1 : 0;
        var then = ReadBlock();
        _loops -= isLoop ? 1 : 0;
        _pipelines.DotIsSession = dotWasSession;
        if (_tokens.AtEnd)
        {
            _tokens.Fail("has a block without its '{{ end }}'");
            return (then, BlockNode.Empty);
        }

        _tokens.Next();
        return _tokens.Next().Text == "end" ? (then, CloseAction(BlockNode.Empty)) : (then, ReadElse());
    }

    private TemplateNode ReadElse()
    {
        if (_tokens.Peek() is { Kind: TokenKind.Name, Text: "if" or "with" } chained)
        {
            // The chained block ends with the 'end' of this one.
            _tokens.Next();
            return ReadCondition(setsDot: chained.Text == "with");
        }

        CloseAction();
        var otherwise = ReadBlock();
        if (_tokens.AtEnd || _tokens.Peek(1).Text != "end")
        {
            _tokens.Fail("has a block without its '{{ end }}'");
        }

        _tokens.Next();
        _tokens.Next();
        return CloseAction(otherwise);
    }

    private RangeNode ReadRange()
    {
        var scope = _variables.Enter();
        var names = new List<TemplateToken>();
        var declares = true;
        if (_tokens.Peek().Kind == TokenKind.Variable && _tokens.Peek(1).Kind is TokenKind.Declare or TokenKind.Assign or TokenKind.Comma)
        {
            names.Add(_tokens.Next());
            if (_tokens.Peek().Kind == TokenKind.Comma)
            {
                _tokens.Next();
                names.Add(_tokens.Expect(TokenKind.Variable, "a variable behind the comma"));
            }

            declares = _tokens.Next() switch
            {
                { Kind: TokenKind.Declare } => true,
                { Kind: TokenKind.Assign } => false,
                _ => _tokens.Fail("needs ':=' behind the variables of range") is null,
            };
        }

        var over = _pipelines.Read();
        var slots = names.Select(name => Slot(name, declares)).ToList();
        CloseAction();
        var (body, otherwise) = ReadBranches(setsDot: true, isLoop: true);
        _variables.Leave(scope);

        // With one variable it is the element, with two the first is the index or name.
        return new RangeNode(over, slots.Count == 2 ? slots[0] : null, slots.LastOrDefault(), body, otherwise);
    }

    private LeaveNode ReadLeave(Flow flow)
    {
        var word = _tokens.Next().Text;
        if (_loops == 0)
        {
            _tokens.Fail($"uses '{word}' outside of a range");
        }

        return (LeaveNode)CloseAction(new LeaveNode(flow));
    }

    private int? Slot(TemplateToken name, bool declares)
    {
        if (name.Text.Length == 0)
        {
            _tokens.Fail("sets '$', which is always the session");
            return null;
        }

        return declares ? _variables.Declare(name.Text) : _variables.Find(name.Text) ?? UnknownVariable(name.Text);
    }

    private int? UnknownVariable(string name)
    {
        _tokens.Fail($"sets the variable '${name}', which is not declared there");
        return null;
    }

    private void CloseAction() => _tokens.Expect(TokenKind.ActionEnd, "the end of the action");

    private TemplateNode CloseAction(TemplateNode node)
    {
        CloseAction();
        return node;
    }
}
