using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>
/// Compares header names as the most careless upstream reads them: CGI, WSGI and PHP turn '-' into '_', some read '.' like
/// both, and none looks at case. A forgery may come in any spelling of the name that we vouch for.
/// </summary>
internal sealed class HeaderSpelling : IEqualityComparer<string>
{
    public static readonly HeaderSpelling Comparer = new();

    private HeaderSpelling()
    {
    }

    public bool Equals(string? x, string? y) =>
        x is not null && y is not null && x.Length == y.Length && StartsWith(x, y);

    public int GetHashCode([DisallowNull] string obj)
    {
        var hash = 17;
        foreach (var character in obj)
        {
            hash = (hash * 31) + Fold(character);
        }

        return hash;
    }

    /// <summary>Whether a header's name begins with this prefix, in any spelling.</summary>
    public static bool StartsWith(string name, string prefix)
    {
        if (name.Length < prefix.Length)
        {
            return false;
        }

        for (var i = 0; i < prefix.Length; i++)
        {
            if (Fold(name[i]) != Fold(prefix[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static char Fold(char character) => character switch
    {
        '_' or '.' => '-',
        >= 'A' and <= 'Z' => (char)(character | 0x20),
        _ => character,
    };
}
