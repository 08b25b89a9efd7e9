namespace AuthProxy.Hosting.Configuration;

/// <summary>The known word that a misspelt one most likely meant.</summary>
public static class Suggestion
{
    /// <summary>Continues a fault: <c>; did you mean audiences?</c> or the list of what there is.</summary>
    public static string For(string written, IEnumerable<string> known)
    {
        var all = known.ToArray();
        var nearest = all
            .Select(word => (Word: word, Distance: Distance(Simplify(written), Simplify(word))))
            .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Word.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
        return nearest is not null ? $"; did you mean {nearest}?"
            : all.Length == 0 ? "; nothing may stand here"
            : $" (known: {string.Join(", ", all.Take(20))}{(all.Length > 20 ? ", …" : "")})";
    }

    private static string Simplify(string word) => word.Length > 64 ? word[..64] : word.Replace('-', '_').ToLowerInvariant();

    /// <summary>Edits and swaps of neighbours between two short words.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
