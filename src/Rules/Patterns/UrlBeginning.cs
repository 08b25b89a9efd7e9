using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>
/// A literal text that URLs of a pattern begin with. A pattern that begins with alternatives, such as
/// <c>&lt;http|https&gt;://</c>, has several; each URL that it matches begins with exactly one of them.
/// </summary>
/// <param name="Text">The text.</param>
/// <param name="IsWhole">Whether the URL also ends with it.</param>
internal readonly record struct UrlBeginning(string Text, bool IsWhole)
{
    /// <summary>Alternatives beyond are left to the matcher.</summary>
    private const int Most = 16;

    public static IReadOnlyList<UrlBeginning> Of(PatternNode root)
    {
        var beginnings = new List<UrlBeginning> { new("", true) };
        Extend(beginnings, root);
        return Distinct(beginnings);
    }

    /// <summary>Without those that another one covers, so that no URL begins with two of them.</summary>
    public static List<UrlBeginning> Distinct(IEnumerable<UrlBeginning> beginnings)
    {
        var kept = new List<UrlBeginning>();
        string? open = null;
        foreach (var beginning in beginnings.OrderBy(beginning => beginning.Text, StringComparer.Ordinal).ThenBy(beginning => beginning.IsWhole))
        {
            if ((open is not null && beginning.Text.StartsWith(open, StringComparison.Ordinal)) || (kept is [.., var last] && last == beginning))
            {
                continue;
            }

            kept.Add(beginning);
            open = beginning.IsWhole ? open : beginning.Text;
        }

        return kept;
    }

    /// <summary>Appends what a node begins with to those that are whole so far; what it does not say literally ends them.</summary>
    private static void Extend(List<UrlBeginning> beginnings, PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Text text:
                Replace(beginnings, whole => whole with { Text = whole.Text + text.Value });
                break;
            case PatternNode.Sequence sequence:
                foreach (var item in sequence.Items)
                {
                    Extend(beginnings, item);
                }

                break;
            case PatternNode.Group group:
                Extend(beginnings, group.Body);
                break;
            case PatternNode.Choice choice:
                Branch(beginnings, choice.Alternatives);
                break;
            case PatternNode.Loop { Minimum: 0, Maximum: 1 } option:
                Branch(beginnings, [option.Body, PatternNode.Empty]);
                break;
            default:
                Replace(beginnings, whole => whole with { IsWhole = false });
                break;
        }
    }

    private static void Branch(List<UrlBeginning> beginnings, IReadOnlyList<PatternNode> alternatives)
    {
        var all = beginnings.Where(beginning => !beginning.IsWhole).ToList();
        foreach (var alternative in alternatives)
        {
            var branch = beginnings.Where(beginning => beginning.IsWhole).ToList();
            Extend(branch, alternative);
            all.AddRange(branch);
            if (all.Count > Most)
            {
                Replace(beginnings, whole => whole with { IsWhole = false });
                return;
            }
        }

        beginnings.Clear();
        beginnings.AddRange(all);
    }

    private static void Replace(List<UrlBeginning> beginnings, Func<UrlBeginning, UrlBeginning> replacement)
    {
        for (var i = 0; i < beginnings.Count; i++)
        {
            beginnings[i] = beginnings[i].IsWhole ? replacement(beginnings[i]) : beginnings[i];
        }
    }
}
