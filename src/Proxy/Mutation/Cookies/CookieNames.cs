using System.Diagnostics.CodeAnalysis;
using AuthProxy.Proxy.Sanitizing;

namespace AuthProxy.Proxy.Mutation.Cookies;

/// <summary>
/// Compares cookie names as the most careless upstream reads them: some decode percent-encoding, PHP turns '.' and ' ' into '_' and stops at
/// '[', some look at no case. A forgery may come in any spelling of the name that we vouch for.
/// </summary>
internal sealed class CookieNames : IEqualityComparer<string>
{
    public static readonly CookieNames Comparer = new();

    // Python's SimpleCookie ends a cookie at white space, RFC 2109 at a comma, others read on behind a quotation mark.
    private static readonly char[] Separators = [' ', '\t', ',', '"'];

    private CookieNames()
    {
    }

    public bool Equals(string? x, string? y) => x is not null && y is not null && HeaderSpelling.Comparer.Equals(Plain(x), Plain(y));

    public int GetHashCode([DisallowNull] string obj) => HeaderSpelling.Comparer.GetHashCode(Plain(obj));

    /// <summary>Whether some reader finds one of these cookies in what stands between two semicolons.</summary>
    public static bool AnyIn(string text, HashSet<string> names) =>
        names.Contains(text.Split('=')[0]) || text.Split(Separators).Any(piece => names.Contains(piece.TrimStart('=').Split('=')[0]));

    private static string Plain(string name)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        return Uri.UnescapeDataString(bracket < 0 ? name : name[..bracket]).Trim(' ', '\t', '"').Replace(' ', '_').Replace('+', '_');
    }
}
