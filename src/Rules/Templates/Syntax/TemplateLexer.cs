using System.Globalization;

namespace AuthProxy.Rules.Templates.Syntax;

/// <summary>Splits a template into texts, and its actions into words.</summary>
internal sealed class TemplateLexer(string template)
{
    private const string Opening = "{{";
    private const string Closing = "}}";

    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;

    /// <summary>Why the template cannot be split, with the line.</summary>
    public (string Why, int Line)? Fault { get; private set; }

    public IReadOnlyList<TemplateToken> Read()
    {
        var trimsText = false;
        while (_at < template.Length && Fault is null)
        {
            var open = template.IndexOf(Opening, _at, StringComparison.Ordinal);
            var end = open < 0 ? template.Length : open;
            var trimsBefore = open >= 0 && IsTrim(open + Opening.Length);
            AddText(end, trimsText, trimsBefore);
            trimsText = open >= 0 && ReadAction(open + Opening.Length + (trimsBefore ? 2 : 0));
        }

        Add(TokenKind.End);
        return _tokens;
    }

    private bool IsTrim(int at) => at + 1 < template.Length && template[at] == '-' && IsBlank(template[at + 1]);

    private void AddText(int end, bool trimsStart, bool trimsEnd)
    {
        var text = template.AsSpan(_at, end - _at);
        text = trimsStart ? text.TrimStart(" \t\r\n") : text;
        text = trimsEnd ? text.TrimEnd(" \t\r\n") : text;
        if (!text.IsEmpty)
        {
            Add(TokenKind.Text, text.ToString());
        }

        MoveTo(end);
    }

    /// <summary>Whether the action takes the blank space behind it away.</summary>
    private bool ReadAction(int start)
    {
        MoveTo(start);
        if (template.AsSpan(_at).StartsWith("/*", StringComparison.Ordinal))
        {
            return SkipComment();
        }

        Add(TokenKind.ActionStart);
        while (Fault is null)
        {
            var isApart = SkipBlanks();
            if (_at >= template.Length)
            {
                Fail("has an action without its closing '}}'");
            }
            else if (AtClosing(isApart, out var trims))
            {
                Add(TokenKind.ActionEnd);
                MoveTo(_at + (trims ? 1 : 0) + Closing.Length);
                return trims;
            }
            else
            {
                ReadWord(isApart);
            }
        }

        return false;
    }

    private bool AtClosing(bool isApart, out bool trims)
    {
        var rest = template.AsSpan(_at);
        trims = isApart && rest.StartsWith("-" + Closing, StringComparison.Ordinal);
        return trims || rest.StartsWith(Closing, StringComparison.Ordinal);
    }

    private bool SkipComment()
    {
        var end = template.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            Fail("has a comment that does not end");
            return false;
        }

        MoveTo(end + 2);
        var isApart = SkipBlanks();
        if (!AtClosing(isApart, out var trims) || (isApart && !trims))
        {
            Fail("has a comment that does not end together with its action");
            return false;
        }

        MoveTo(_at + (trims ? 1 : 0) + Closing.Length);
        return trims;
    }

    private void ReadWord(bool isApart)
    {
        var first = template[_at];
        var next = _at + 1 < template.Length ? template[_at + 1] : '\0';
        if (first == ':' && next == '=')
        {
            Add(TokenKind.Declare, isApart: isApart);
            _at += 2;
        }
        else if (Symbol(first) is { } symbol)
        {
            Add(symbol, isApart: isApart);
            _at++;
        }
        else if (first is '"' or '`' or '\'')
        {
            ReadQuoted(isApart);
        }
        else if (char.IsAsciiDigit(first) || (first is '+' or '-' or '.' && (char.IsAsciiDigit(next) || (first != '.' && next == '.'))))
        {
            ReadNumber(isApart);
        }
        else
        {
            ReadName(first, isApart);
        }
    }

    private static TokenKind? Symbol(char character) => character switch
    {
        '|' => TokenKind.Pipe,
        '(' => TokenKind.Open,
        ')' => TokenKind.Close,
        '=' => TokenKind.Assign,
        ',' => TokenKind.Comma,
        _ => null,
    };

    private void ReadQuoted(bool isApart)
    {
        var end = GoLiteral.EndOfQuoted(template, _at);
        if (end < 0)
        {
            Fail(template.IndexOf(Closing, _at, StringComparison.Ordinal) < 0
                ? "has an action without its closing '}}'"
                : "holds a text in quotation marks that does not end");
            return;
        }

        if (!GoLiteral.TryUnquote(template.AsSpan(_at, end - _at), out var value))
        {
            Fail("holds a text in quotation marks with escapes that are not known");
            return;
        }

        Add(TokenKind.Literal, value: value, isApart: isApart);
        MoveTo(end);
    }

    private void ReadNumber(bool isApart)
    {
        var end = _at + 1;
        while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] is '.' or '_'
            || (template[end] is '+' or '-' && template[end - 1] is 'e' or 'E' or 'p' or 'P')))
        {
            end++;
        }

        var text = template[_at..end];
        if (!GoLiteral.TryReadNumber(text, out var number))
        {
            Fail($"holds '{Shown(text)}', which is no number that fits");
            return;
        }

        Add(TokenKind.Literal, value: number, isApart: isApart);
        _at = end;
        CheckTerminated();
    }

    private void ReadName(char first, bool isApart)
    {
        var start = first is '.' or '$' ? _at + 1 : _at;
        var end = start;
        while (end < template.Length && IsNameCharacter(template[end]))
        {
            end++;
        }

        if (end == start && first is not ('.' or '$'))
        {
            Fail($"holds the character {(char.IsControl(first) ? $"U+{(int)first:X4}" : $"'{first}'")}, which has no meaning there");
            return;
        }

        var name = template[start..end];
        _at = end;
        switch (first)
        {
            case '.':
                Add(name.Length == 0 ? TokenKind.Dot : TokenKind.Field, name, isApart: isApart);
                break;
            case '$':
                Add(TokenKind.Variable, name, isApart: isApart);
                break;
            case var _ when name is "true" or "false":
                Add(TokenKind.Literal, value: name == "true", isApart: isApart);
                break;
            default:
                Add(name == "nil" ? TokenKind.Nil : TokenKind.Name, name, isApart: isApart);
                break;
        }

        CheckTerminated();
    }

    /// <summary>Two words need something between them.</summary>
    private void CheckTerminated()
    {
        if (_at < template.Length && !IsBlank(template[_at]) && template[_at] is not ('.' or ',' or '|' or ':' or '(' or ')')
            && !template.AsSpan(_at).StartsWith(Closing, StringComparison.Ordinal))
        {
            Fail($"holds a word that runs into '{Shown(template[_at].ToString())}'");
        }
    }

    private bool SkipBlanks()
    {
        var start = _at;
        while (_at < template.Length && IsBlank(template[_at]))
        {
            MoveTo(_at + 1);
        }

        return _at > start;
    }

    private static string Shown(string text) => new([.. text.Take(40).Where(character => !char.IsControl(character))]);

    private static bool IsBlank(char character) => character is ' ' or '\t' or '\r' or '\n';

    private static bool IsNameCharacter(char character) =>
        character == '_' || char.IsLetter(character) || char.GetUnicodeCategory(character) is UnicodeCategory.DecimalDigitNumber;

    private void MoveTo(int at)
    {
        _line += template.AsSpan(_at, at - _at).Count('\n');
        _at = at;
    }

    private void Fail(string why) => Fault ??= (why, _line);

    private void Add(TokenKind kind, string text = "", object? value = null, bool isApart = false) =>
        _tokens.Add(new TemplateToken(kind, text, value, _line, isApart));
}
