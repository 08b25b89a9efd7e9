using System.Globalization;

namespace AuthProxy.Rules.Grants;

/// <summary>Compares names as the most lenient reader behind us does: what it would take for the selected one has to be verified.</summary>
internal static class LenientName
{
    public static bool Same(string received, string selected)
    {
        if (received.Length != selected.Length)
        {
            return false;
        }

        for (var i = 0; i < received.Length; i++)
        {
            if (received[i] != selected[i] && !Folded(received[i], selected[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>To JavaScript and PHP the member "0" of an object and the first element of an array are the same place.</summary>
    public static bool SameIndex(string name, int index) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == index;

    private static bool Folded(char received, char selected)
    {
        var (one, other) = (ToAscii(received), ToAscii(selected));
        return char.ToUpperInvariant(one) == char.ToUpperInvariant(other) || char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
    }

    // Go's and Java's comparisons without case also take these for ASCII letters; .NET's does not.
    private static char ToAscii(char character) => character switch
    {
        '\u017f' => 's',
        '\u212a' => 'k',
        '\u0130' or '\u0131' => 'i',
        _ => character,
    };
}
