using System.Text;
using AuthProxy.Rules.Patterns.Linear;

namespace AuthProxy.Rules.Patterns;

/// <summary>The literal texts that every URL of a pattern holds; one that ends the URL has <see cref="MatchUrl.End"/> behind it.</summary>
internal static class UrlLiterals
{
    public static IReadOnlyList<string> Of(PatternNode root)
    {
        var texts = new List<string>();
        var text = new StringBuilder();
        Collect(root);
        if (text.Length > 0)
        {
            text.Append(MatchUrl.End);
        }

        End();
        return texts;

        void Collect(PatternNode node)
        {
            switch (node)
            {
                case PatternNode.Text literal:
                    text.Append(literal.Value);
                    break;
                case PatternNode.Sequence sequence:
                    foreach (var item in sequence.Items)
                    {
                        Collect(item);
                    }

                    break;
                case PatternNode.Group group:
                    Collect(group.Body);
                    break;
                default:
                    End();
                    break;
            }
        }

        void End()
        {
            if (text.Length > 0)
            {
                texts.Add(text.ToString());
                text.Clear();
            }
        }
    }
}
