using System.Globalization;

namespace AuthProxy.Rules.Templates;

/// <summary>Reads a template: text and actions between double braces.</summary>
internal static class TemplateReader
{
    public static List<TemplatePart>? Read(string text, out string fault)
    {
        var parts = new List<TemplatePart>();
        fault = "";
        var at = 0;
        var trimNext = false;
        while (at < text.Length)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            var literal = open < 0 ? text[at..] : text[at..open];
            var trimsBefore = open >= 0 && text.AsSpan(open + 2).StartsWith("- ", StringComparison.Ordinal);
            literal = trimNext ? literal.TrimStart() : literal;
            literal = trimsBefore ? literal.TrimEnd() : literal;
            if (literal.Length > 0)
            {
                parts.Add(new TemplatePart(literal, null));
            }

            if (open < 0)
            {
                return parts;
            }

            if (Action(text, open + (trimsBefore ? 3 : 2), out var close, out trimNext, out fault) is not { } action)
            {
                return null;
            }

            parts.Add(new TemplatePart(null, action));
            at = close;
        }

        return parts;
    }

    private static TemplateExpression? Action(string text, int start, out int close, out bool trimsAfter, out string fault)
    {
        trimsAfter = false;
        close = TemplateWords.EndOfAction(text, start);
        if (close < 0)
        {
            fault = "has an action without its closing '}}'";
            return null;
        }

        var inside = text[start..close];
        close += "}}".Length;
        trimsAfter = inside.EndsWith(" -", StringComparison.Ordinal);
        inside = trimsAfter ? inside[..^1] : inside;
        return TemplateWords.TrySplit(inside) is { } words
            ? new PipelineReader(words).Read(out fault)
            : Fail("holds a text in quotation marks that does not end, or has escapes that are not known", out fault);
    }

    private static TemplateExpression? Fail(string why, out string fault)
    {
        fault = why;
        return null;
    }
}

/// <summary>Reads the words of one action.</summary>
internal sealed class PipelineReader(IReadOnlyList<TemplateWord> words)
{
    private int _at;
    private string _fault = "";

    public TemplateExpression? Read(out string why)
    {
        var expression = ReadCommand();
        while (_fault.Length == 0 && expression is not null && _at < words.Count)
        {
            expression = ReadFilter(expression);
        }

        why = _fault;
        return _fault.Length == 0 ? expression : null;
    }

    private TemplateExpression? ReadCommand()
    {
        var word = Next();
        return word switch
        {
            { Text: "print", IsText: false } => ReadOperand() is { } printed ? new PrintExpression(printed) : null,
            { Text: "index", IsText: false } => ReadIndex(forgiving: false),
            { Text: "printIndex", IsText: false } => ReadIndex(forgiving: true),
            _ => ReadOperand(word),
        };
    }

    private IndexExpression? ReadIndex(bool forgiving)
    {
        if (ReadOperand() is not { } list)
        {
            return null;
        }

        var at = Next();
        if (at is { IsText: true })
        {
            return new IndexExpression(list, at.Value.Text, forgiving);
        }

        if (int.TryParse(at?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return new IndexExpression(list, index, forgiving);
        }

        _fault = "needs a number or a text in quotation marks as index";
        return null;
    }

    private JoinExpression? ReadFilter(TemplateExpression expression)
    {
        if (Next() is { Text: "|", IsText: false } && Next() is { Text: "join", IsText: false } && Next() is { IsText: true } separator)
        {
            return new JoinExpression(expression, separator.Text);
        }

        _fault = "uses a function or form that is not supported; known are print, index, printIndex and '| join \"…\"'";
        return null;
    }

    private TemplateExpression? ReadOperand() => ReadOperand(Next());

    private TemplateExpression? ReadOperand(TemplateWord? word)
    {
        if (word is not { } operand)
        {
            _fault = "holds an action without a value";
            return null;
        }

        if (operand.IsText)
        {
            return new ConstantExpression(operand.Text);
        }

        if (operand.Text is "(")
        {
            return ReadParentheses();
        }

        return operand.Text switch
        {
            ".Subject" => new SubjectExpression(),
            ".MatchContext.RegexpCaptureGroups" => new CapturesExpression(),
            ".Extra" => new ExtraExpression([]),
            _ when operand.Text.StartsWith(".Extra.", StringComparison.Ordinal) && IsPath(operand.Text) => new ExtraExpression(operand.Text.Split('.')[2..]),
            _ => Unknown(operand.Text),
        };
    }

    private TemplateExpression? ReadParentheses()
    {
        var inner = ReadCommand();
        while (inner is not null && _at < words.Count && words[_at] is { Text: "|", IsText: false })
        {
            inner = ReadFilter(inner);
        }

        if (inner is not null && Next() is not { Text: ")", IsText: false })
        {
            _fault = "lacks a closing parenthesis";
            return null;
        }

        return inner;
    }

    private TemplateExpression? Unknown(string word)
    {
        _fault = $"knows no '{word}'; known are .Subject, .Extra, .MatchContext.RegexpCaptureGroups, print, index, printIndex and '| join \"…\"'";
        return null;
    }

    private TemplateWord? Next() => _at < words.Count ? words[_at++] : null;

    private static bool IsPath(string text) =>
        text.Split('.').Skip(1).All(part => part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(character => char.IsLetterOrDigit(character) || character == '_'));
}
