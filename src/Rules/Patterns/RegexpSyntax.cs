using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>
/// Reads those of .NET's regular expressions that our own engine runs: everything regular but anchors, options and
/// repetitions of what may be empty. What it accepts means the same to .NET.
/// </summary>
internal sealed class RegexpSyntax
{
    private const int MostNested = 30;

    private readonly string _text;
    private readonly GroupNumbers _groups;
    private int _at;
    private int _depth;

    private RegexpSyntax(string text, GroupNumbers groups)
    {
        _text = text;
        _groups = groups;
    }

    /// <summary>Null for what is .NET's to understand, or to refuse.</summary>
    public static PatternNode? TryRead(string text, GroupNumbers groups)
    {
        var reader = new RegexpSyntax(text, groups);
        return reader.ReadChoice() is { } node && reader._at == text.Length ? node : null;
    }

    private PatternNode? ReadChoice()
    {
        var alternatives = new List<PatternNode>();
        do
        {
            if (_depth > MostNested || ReadSequence() is not { } alternative)
            {
                return null;
            }

            alternatives.Add(alternative);
        }
        while (Take("|"));

        return alternatives is [var only] ? only : new PatternNode.Choice(alternatives);
    }

    private PatternNode? ReadSequence()
    {
        var items = new List<PatternNode>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            if (ReadAtom() is not { } atom || ReadRepetition(atom) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return PatternNode.InSequence(items);
    }

    private PatternNode? ReadAtom()
    {
        var character = _text[_at++];
        switch (character)
        {
            case '(':
                _depth++;
                var group = ReadGroup();
                _depth--;
                return Take(")") ? group : null;
            case '[':
                return CharacterSetSyntax.TryReadList(_text, ref _at) is { } list ? new PatternNode.One(list) : null;
            case '.':
                return new PatternNode.One(CharacterSet.NotLineFeed);
            case '\\':
                return CharacterSetSyntax.TryReadEscape(_text, ref _at) switch
                {
                    null => null,
                    { Single: { } single } => new PatternNode.Text(single.ToString()),
                    var kinds => new PatternNode.One(new CharacterSet([], kinds.Value.Kinds)),
                };
            case '*' or '+' or '?' or '{' or '^' or '$':
                return null;
            default:
                return new PatternNode.Text(character.ToString());
        }
    }

    private PatternNode? ReadGroup()
    {
        if (Take("?:"))
        {
            return ReadChoice();
        }

        if (!Take("?"))
        {
            var ordinal = _groups.TakeUnnamed();
            return ReadChoice() is { } unnamed ? new PatternNode.Group(ordinal, Named: false, unnamed) : null;
        }

        return ReadName() is { } name && _groups.TryTakeNamed(name) is { } number && ReadChoice() is { } named
            ? new PatternNode.Group(number, Named: true, named)
            : null;
    }

    /// <summary>The name of a group; null for lookahead and the like, and for numbers, which renumber the others.</summary>
    private string? ReadName()
    {
        if (!Take("<") || _text.IndexOf('>', _at) is not (>= 0 and var end))
        {
            return null;
        }

        var name = _text[_at..end];
        _at = end + 1;
        return name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_')
            ? name
            : null;
    }

    private PatternNode? ReadRepetition(PatternNode body)
    {
        if (_at == _text.Length || _text[_at] is not ('*' or '+' or '?' or '{'))
        {
            return body;
        }

        if (ReadBounds() is not { } bounds)
        {
            return null;
        }

        var greedy = !Take("?");
        if (_at < _text.Length && _text[_at] is '*' or '+' or '?' or '{')
        {
            return null;
        }

        return bounds switch
        {
            (0, 0) => PatternNode.Empty,
            (1, 1) => body,
            // Engines differ in what they make of a second, empty turn.
            (_, not 1) when body.CanBeEmpty => null,
            var (minimum, maximum) => new PatternNode.Loop(body, minimum, maximum, greedy),
        };
    }

    private (int Minimum, int? Maximum)? ReadBounds()
    {
        switch (_text[_at++])
        {
            case '*':
                return (0, null);
            case '+':
                return (1, null);
            case '?':
                return (0, 1);
            default:
                if (ReadNumber() is not { } minimum)
                {
                    return null;
                }

                var maximum = Take(",") ? ReadNumber() : minimum;
                return Take("}") && (maximum ?? minimum) >= minimum ? (minimum, maximum) : null;
        }
    }

    private int? ReadNumber()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        return _at - start is > 0 and <= 4 ? int.Parse(_text.AsSpan(start, _at - start), System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private bool Take(string expected)
    {
        if (string.CompareOrdinal(_text, _at, expected, 0, expected.Length) != 0)
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }
}
