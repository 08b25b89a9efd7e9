using System.Globalization;
using System.Text;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>
/// Translates RE2's language into .NET's. Groups lose their names, because .NET would number them differently; a pattern whose counted
/// repeats would make its automaton large is refused.
/// </summary>
internal sealed class GoRegexDialect
{
    private const int MaxLength = 1_000;
    private const int MaxRepeat = 1_000;
    private const int MaxSize = 5_000;

    private readonly string _pattern;
    private readonly StringBuilder _translated;
    private readonly List<string?> _names = [];
    private readonly Stack<long> _outer = new();
    private int _at;
    private bool _isMultiline;
    private long _size;
    private long _atom;
    private bool _repeatsTooMuch;

    private GoRegexDialect(string pattern)
    {
        _pattern = pattern;
        _translated = new StringBuilder(pattern.Length + 16);
    }

    /// <summary>Null where the pattern cannot be used; then <paramref name="fault"/> continues a sentence about it.</summary>
    /// <param name="pattern">In RE2's language.</param>
    /// <param name="groups">The names of the groups in their order; null for one without.</param>
    /// <param name="fault">Why not.</param>
    public static string? TryTranslate(string pattern, out IReadOnlyList<string?> groups, out string fault)
    {
        groups = [];
        fault = $"is longer than {MaxLength} characters";
        if (pattern.Length > MaxLength || RegexpDialect.TryTranslate(pattern, out fault) is not { } known)
        {
            return null;
        }

        var dialect = new GoRegexDialect(known);
        dialect.Translate();
        groups = dialect._names;
        fault = "repeats more than a template's pattern may";
        return dialect._repeatsTooMuch || dialect._size > MaxSize ? null : dialect._translated.ToString();
    }

    private void Translate()
    {
        while (_at < _pattern.Length && !_repeatsTooMuch)
        {
            switch (_pattern[_at])
            {
                case '\\':
                    TakeEscape(inClass: false);
                    Atom(1);
                    break;
                case '[':
                    TakeClass();
                    Atom(1);
                    break;
                case '(':
                    TakeOpening();
                    break;
                case ')':
                    Take(1);
                    Atom(_outer.TryPop(out var outer) ? Exchange(ref _size, outer) : 0);
                    break;
                case '{':
                    TakeCount();
                    break;
                case '$':
                    // .NET's also stands in front of a last line break.
                    _translated.Append(_isMultiline ? "$" : @"\z");
                    _at++;
                    break;
                default:
                    Take(1);
                    Atom(1);
                    break;
            }
        }
    }

    private void Take(int count)
    {
        _translated.Append(_pattern, _at, count);
        _at += count;
    }

    private void Atom(long size)
    {
        _atom = size;
        _size += size;
    }

    private static long Exchange(ref long size, long outer)
    {
        var inner = size;
        size = outer;
        return inner;
    }

    // Digits, blanks and word characters are ASCII's.
    private void TakeEscape(bool inClass)
    {
        var next = _at + 1 < _pattern.Length ? _pattern[_at + 1] : '\0';
        var members = char.ToLowerInvariant(next) switch
        {
            'd' => "0-9",
            'w' => "0-9A-Za-z_",
            's' => @"\t\n\f\r ",
            _ => null,
        };
        if (members is not null && !(inClass && char.IsUpper(next)))
        {
            _translated.Append(inClass ? members : char.IsUpper(next) ? $"[^{members}]" : $"[{members}]");
            _at += 2;
        }
        else if (next is 'p' or 'P' && _at + 2 < _pattern.Length && char.IsAsciiLetter(_pattern[_at + 2]))
        {
            _translated.Append('\\').Append(next).Append('{').Append(_pattern[_at + 2]).Append('}');
            _at += 3;
        }
        else
        {
            Take(Math.Min(2, _pattern.Length - _at));
        }
    }

    private void TakeClass()
    {
        Take(1);
        if (_at < _pattern.Length && _pattern[_at] == '^')
        {
            Take(1);
        }

        // A bracket right behind the opening one is a member.
        for (var first = true; _at < _pattern.Length && (first || _pattern[_at] != ']'); first = false)
        {
            if (_pattern[_at] == '\\')
            {
                TakeEscape(inClass: true);
            }
            else
            {
                _translated.Append(_pattern[_at] == '[' ? @"\[" : _pattern[_at].ToString());
                _at++;
            }
        }

        Take(Math.Min(1, _pattern.Length - _at));
    }

    private void TakeOpening()
    {
        var rest = _pattern.AsSpan(_at);
        var isNamed = rest.Length > 3 && rest.StartsWith("(?<", StringComparison.Ordinal) && rest[3] is not ('=' or '!');
        if (isNamed && rest.IndexOf('>') is > 0 and var end)
        {
            _names.Add(rest[3..end].ToString());
            _translated.Append('(');
            _at += end + 1;
        }
        else if (rest.StartsWith("(?", StringComparison.Ordinal))
        {
            var flags = rest[2..].IndexOfAny(':', ')');
            _isMultiline |= flags > 0 && SwitchesOn(rest.Slice(2, flags), 'm');
            Take(Math.Max(2, flags < 0 ? 2 : flags + 2));
            if (_at < _pattern.Length && _pattern[_at] == ')')
            {
                Take(1);
                return;
            }
        }
        else
        {
            _names.Add(null);
            Take(1);
        }

        _outer.Push(_size);
        _size = 0;
    }

    /// <summary>Whether the flag stands in front of the minus sign, if there is one.</summary>
    private static bool SwitchesOn(ReadOnlySpan<char> flags, char flag) => (flags.IndexOf('-') is >= 0 and var minus ? flags[..minus] : flags).Contains(flag);

    /// <summary><c>{2}</c>, <c>{2,}</c> and <c>{2,5}</c>; anything else is a brace.</summary>
    private void TakeCount()
    {
        var end = _pattern.IndexOf('}', _at);
        var parts = end < 0 ? [] : _pattern[(_at + 1)..end].Split(',');
        var isCount = parts.Length is 1 or 2 && parts[0].Length > 0 && parts.All(part => part.All(char.IsAsciiDigit));
        if (!isCount)
        {
            Take(1);
            Atom(1);
            return;
        }

        var most = parts.Max(part => part.Length == 0 ? 0 : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : int.MaxValue);
        _repeatsTooMuch = most > MaxRepeat;
        Atom(_repeatsTooMuch ? 0 : _atom * Math.Max(0, most - 1));
        Take(end + 1 - _at);
    }
}
