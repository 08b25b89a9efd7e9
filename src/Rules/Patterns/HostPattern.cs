using System.Buffers;

namespace AuthProxy.Rules.Patterns;

/// <summary>Which hosts a rule of our form is for: one, all names below one (<c>*.example.com</c>), or any.</summary>
/// <param name="Name">The name in lower case, without a port; null for any host.</param>
/// <param name="Below">Whether the pattern means the names below, at any depth, and not the name itself.</param>
internal readonly record struct HostPattern(string? Name, bool Below)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-._:[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static readonly HostPattern Any = new(null, false);

    public bool Matches(ReadOnlySpan<char> host) =>
        Name is null
        || (Below
            ? host.Length > Name.Length + 1 && host.EndsWith(Name, StringComparison.Ordinal) && host[^(Name.Length + 1)] == '.'
            : host.SequenceEqual(Name));

    /// <summary>Whether every host of this pattern is one of <paramref name="limit"/>'s.</summary>
    public bool IsWithin(HostPattern limit) =>
        limit.Name is null
        || (Name is not null && (Below ? limit.Below && (Name == limit.Name || limit.Matches(Name)) : limit.Matches(Name)));

    /// <summary>Null where the text is no host; then <paramref name="fault"/> says why.</summary>
    public static HostPattern? TryParse(string text, out string fault)
    {
        var below = text.StartsWith("*.", StringComparison.Ordinal);
        var name = below ? text[2..] : text;
        fault = name.Contains(':') && !name.StartsWith('[') ? "must not name a port; a rule is for every port of its host"
            : name.Length == 0 || name.StartsWith('.') || name.EndsWith('.') || name.Contains("..", StringComparison.Ordinal) ? "is no host name"
            : name.AsSpan().ContainsAnyExcept(NameCharacters)
                ? "is no host name; write one name, or '*.' and a name for everything below it"
            : "";
        return fault.Length == 0 ? new HostPattern(name.ToLowerInvariant(), below) : null;
    }

    public override string ToString() => Name is null ? "any host" : Below ? "*." + Name : Name;
}
