using System.Text.RegularExpressions;

namespace AuthProxy.Rules.Patterns;

/// <summary>
/// .NET's automata by their text. Each takes milliseconds and up to a megabyte, which a reload, or a second rule, shall not pay
/// again; one that no rule uses any more is let go.
/// </summary>
internal static class SharedAutomata
{
    private const int TidyAbove = 200;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, WeakReference<Regex>> ByText = new(StringComparer.Ordinal);

    /// <summary>Null where the pattern needs what no automaton does, such as lookahead.</summary>
    public static Regex? TryGet(string pattern)
    {
        lock (Gate)
        {
            if (ByText.TryGetValue(pattern, out var known) && known.TryGetTarget(out var shared))
            {
                return shared;
            }

            var made = RegexMatcher.TryCompile(pattern, RegexOptions.NonBacktracking, out _);
            if (made is not null)
            {
                Tidy();
                ByText[pattern] = new WeakReference<Regex>(made);
            }

            return made;
        }
    }

    private static void Tidy()
    {
        foreach (var pattern in ByText.Count > TidyAbove ? ByText.Where(pair => !pair.Value.TryGetTarget(out _)).Select(pair => pair.Key).ToArray() : [])
        {
            ByText.Remove(pattern);
        }
    }
}
