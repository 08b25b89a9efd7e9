using System.Text;
using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>Reads a glob of Oathkeeper's strategy <c>glob</c>; its separators are <c>.</c> and <c>/</c>.</summary>
internal sealed class GlobSyntax
{
    private const int MostNested = 30;
    private const string Separators = "./";

    private static readonly CharacterSet NotSeparator = CharacterSet.Except(Separators);
    private static readonly (char, char) Surrogates = ('\uD800', '\uDFFF');
    private static readonly PatternNode.One HighSurrogate = new(new CharacterSet([('\uD800', '\uDBFF')]));
    private static readonly PatternNode.One LowSurrogate = new(new CharacterSet([('\uDC00', '\uDFFF')]));

    private readonly string _text;
    private int _at;
    private int _depth;
    private string _fault = "";

    private GlobSyntax(string text) => _text = text;

    /// <summary>Null where the text is no glob; then <paramref name="fault"/> says why.</summary>
    public static PatternNode? TryRead(string text, out string fault)
    {
        var reader = new GlobSyntax(text);
        var node = reader.ReadSequence();
        fault = reader._fault;
        return node;
    }

    private PatternNode? ReadSequence()
    {
        var items = new List<PatternNode>();
        while (_at < _text.Length && !(_depth > 0 && _text[_at] is ',' or '}'))
        {
            if (ReadItem() is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return PatternNode.InSequence(items);
    }

    private PatternNode? ReadItem()
    {
        switch (_text[_at++])
        {
            case '*' when Take('*'):
                return AnyOf(CharacterSet.All);
            case '*':
                return AnyOf(NotSeparator);
            case '?':
                return OneExcept([.. Separators.Select(separator => (separator, separator))]);
            case '[':
                return ReadList();
            case '{':
                return ReadAlternatives();
            case '\\' when _at == _text.Length:
                return Fault<PatternNode>("ends in a backslash with nothing to take literally");
            case '\\':
                return new PatternNode.Text(_text[_at++].ToString());
            case var character:
                return new PatternNode.Text(character.ToString());
        }
    }

    private PatternNode? ReadAlternatives()
    {
        if (_depth == MostNested)
        {
            return Fault<PatternNode>("nests braces too deeply");
        }

        _depth++;
        var alternatives = new List<PatternNode>();
        do
        {
            if (ReadSequence() is not { } alternative)
            {
                return null;
            }

            alternatives.Add(alternative);
        }
        while (Take(','));

        _depth--;
        return !Take('}') ? Fault<PatternNode>("has a '{' without its '}'")
            : alternatives is [var only] ? only
            : new PatternNode.Choice(alternatives);
    }

    private PatternNode? ReadList()
    {
        var negated = Take('!');
        if (ReadMembers() is not { } members)
        {
            return null;
        }

        return members.Any(member => char.IsSurrogate(member.First) || char.IsSurrogate(member.Last))
            ? Fault<PatternNode>("lists a character beyond U+FFFF; write it as an alternative in braces")
            : negated ? OneExcept(members)
            : new PatternNode.One(new CharacterSet(members));
    }

    private IReadOnlyList<(char First, char Last)>? ReadMembers()
    {
        if (_at + 2 < _text.Length && _text[_at + 1] == '-' && _text[_at] != '\\' && _text[_at + 2] != ']')
        {
            var (first, last) = (_text[_at], _text[_at + 2]);
            _at += 3;
            return !Take(']') ? Fault<IReadOnlyList<(char, char)>>("has more in brackets than one range; write the alternatives in braces, such as {[a-z],[0-9]}")
                : first > last ? Fault<IReadOnlyList<(char, char)>>($"has the range {first}-{last}, which runs backwards")
                : [(first, last)];
        }

        var members = new StringBuilder();
        while (_at < _text.Length && _text[_at] != ']')
        {
            _at += _text[_at] == '\\' && _at + 1 < _text.Length ? 1 : 0;
            members.Append(_text[_at++]);
        }

        return !Take(']') ? Fault<IReadOnlyList<(char, char)>>("has a '[' without its ']'")
            : members.Length == 0 ? Fault<IReadOnlyList<(char, char)>>("has brackets with nothing in them")
            : [.. members.ToString().Select(member => (member, member))];
    }

    private static PatternNode.Loop AnyOf(CharacterSet set) => new(new PatternNode.One(set), 0, null, Greedy: true);

    /// <summary>One character that is none of these; two code units where it lies beyond U+FFFF.</summary>
    private static PatternNode.Choice OneExcept(IReadOnlyList<(char, char)> members) => new(
    [
        new PatternNode.One(new CharacterSet([.. members, Surrogates], negated: true)),
        PatternNode.InSequence([HighSurrogate, LowSurrogate]),
    ]);

    private T? Fault<T>(string fault)
        where T : class
    {
        _fault = fault;
        return null;
    }

    private bool Take(char expected)
    {
        if (_at == _text.Length || _text[_at] != expected)
        {
            return false;
        }

        _at++;
        return true;
    }
}
