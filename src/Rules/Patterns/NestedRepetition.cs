using System.Buffers;

namespace AuthProxy.Rules.Patterns;

/// <summary>Finds repetitions of what fits in several ways, the usual way in which backtracking takes forever.</summary>
internal static class NestedRepetition
{
    private static readonly SearchValues<char> Repeaters = SearchValues.Create("*+{");
    private static readonly SearchValues<char> Ways = SearchValues.Create("*+{?|");

    public static bool IsIn(string pattern)
    {
        var ways = new Stack<bool>([false]);
        var inList = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case ']':
                    inList = false;
                    break;
                case '[' when !inList:
                    inList = true;
                    break;
                case '(' when !inList:
                    ways.Push(false);
                    i += i + 1 < pattern.Length && pattern[i + 1] == '?' ? 1 : 0;
                    break;
                case ')' when !inList && ways.Count > 1:
                    var within = ways.Pop();
                    if (within && i + 1 < pattern.Length && Repeaters.Contains(pattern[i + 1]))
                    {
                        return true;
                    }

                    ways.Push(ways.Pop() || within);
                    break;
                case var character when !inList && Ways.Contains(character):
                    ways.Pop();
                    ways.Push(true);
                    break;
                default:
                    break;
            }
        }

        return false;
    }
}
