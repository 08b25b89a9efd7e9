using System.Buffers;

namespace AuthProxy.Rules.Patterns;

/// <summary>One segment of a path pattern.</summary>
/// <param name="Literal">The decoded text that it must be, compared without case; null for any text.</param>
/// <param name="Name">The capture's name; null for literals and <c>*</c>.</param>
internal readonly record struct PathSegment(string? Literal, string? Name)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("_-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public bool Matches(ReadOnlySpan<char> segment) =>
        Literal is null || segment.Equals(Literal, StringComparison.OrdinalIgnoreCase);

    public static PathSegment? TryParse(string part, out string fault)
    {
        fault = "";
        if (part is "*")
        {
            return new PathSegment(null, null);
        }

        if (part.StartsWith('{') && part.EndsWith('}') && IsName(part.AsSpan()[1..^1]))
        {
            return new PathSegment(null, part[1..^1]);
        }

        fault = WhyNotLiteral(part, out var literal);
        return fault.Length == 0 ? new PathSegment(literal, null) : null;
    }

    private static string WhyNotLiteral(string part, out string literal)
    {
        literal = "";
        if (part.Length == 0)
        {
            return "holds two slashes in a row";
        }

        if (part is "**")
        {
            return "may hold '**' as its last segment only";
        }

        if (part.AsSpan().IndexOfAny('*', '{', '}') >= 0)
        {
            return $"holds '{part}': a segment is a literal, '*' or '{{name}}' as a whole";
        }

        // What no request can hold, a pattern for it would hide a mistake.
        if (part.AsSpan().IndexOfAny("?#;\\") >= 0 || part.Any(character => char.IsControl(character) || char.IsWhiteSpace(character)))
        {
            return $"holds '{part}': '?', '#', ';', '\\' and blanks are never part of a matched path";
        }

        // Unicode may be written as such; a request only ever holds it encoded.
        var encoded = string.Concat(part.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
        var read = TargetPath.Read("/" + encoded, TargetOptions.Strict);
        if (read.Fault is { } malformed)
        {
            return $"holds '{part}', which no request holds: {malformed.Why}";
        }

        literal = read.MatchPath[1..];
        return "";
    }

    public override string ToString() => Literal ?? (Name is null ? "*" : $"{{{Name}}}");

    private static bool IsName(ReadOnlySpan<char> name) =>
        name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_')
        && !name.ContainsAnyExcept(NameCharacters);
}
