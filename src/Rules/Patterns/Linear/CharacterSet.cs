using System.Globalization;

namespace AuthProxy.Rules.Patterns.Linear;

/// <summary>A set of UTF-16 code units, with the meaning that .NET's regular expressions give to its parts.</summary>
internal sealed class CharacterSet
{
    public static readonly CharacterSet All = Except("");
    public static readonly CharacterSet NotLineFeed = Except("\n");

    /// <summary>At most so many excluded characters are searched for at once.</summary>
    private const int MostSearched = 5;

    private readonly ulong _low;
    private readonly ulong _high;
    private readonly (char First, char Last)[] _ranges;
    private readonly CharacterKinds _kinds;
    private readonly bool _negated;
    private readonly string? _except;

    public CharacterSet(IReadOnlyList<(char First, char Last)> ranges, CharacterKinds kinds = CharacterKinds.None, bool negated = false)
    {
        _ranges = [.. ranges];
        _kinds = kinds;
        _negated = negated;
        _except = negated && kinds == CharacterKinds.None && _ranges.Length <= MostSearched && _ranges.All(range => range.First == range.Last)
            ? string.Concat(_ranges.Select(range => range.First))
            : null;
        for (var character = '\0'; character < 64; character++)
        {
            _low |= Decide(character) ? 1UL << character : 0;
            _high |= Decide((char)(character + 64)) ? 1UL << character : 0;
        }
    }

    public static CharacterSet Except(string characters) => new([.. characters.Select(character => (character, character))], negated: true);

    public bool Contains(char character) => character switch
    {
        < '\x40' => (_low >> character & 1) != 0,
        < '\x80' => (_high >> (character - 64) & 1) != 0,
        _ => Decide(character),
    };

    /// <summary>How many characters at the beginning of a text are of the set.</summary>
    public int RunLength(ReadOnlySpan<char> text)
    {
        if (_except is not null)
        {
            return text.IndexOfAny(_except) is >= 0 and var end ? end : text.Length;
        }

        var length = 0;
        while (length < text.Length && Contains(text[length]))
        {
            length++;
        }

        return length;
    }

    private bool Decide(char character) => _negated != (IsInRanges(character) || IsOfKinds(character));

    private bool IsInRanges(char character)
    {
        foreach (var (first, last) in _ranges)
        {
            if (character >= first && character <= last)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOfKinds(char character) =>
        _kinds != CharacterKinds.None
        && (Has(CharacterKinds.Digit, CharacterKinds.NotDigit, char.IsDigit(character))
            || Has(CharacterKinds.Space, CharacterKinds.NotSpace, char.IsWhiteSpace(character))
            || Has(CharacterKinds.Word, CharacterKinds.NotWord, IsWord(character)));

    private bool Has(CharacterKinds kind, CharacterKinds opposite, bool isOfKind) => (_kinds & (isOfKind ? kind : opposite)) != 0;

    private static bool IsWord(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;
}

/// <summary>What <c>\d</c>, <c>\s</c>, <c>\w</c> and their opposites add to a set.</summary>
[Flags]
internal enum CharacterKinds
{
    None = 0,
    Digit = 1,
    NotDigit = 2,
    Space = 4,
    NotSpace = 8,
    Word = 16,
    NotWord = 32,
}
