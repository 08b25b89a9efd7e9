using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Values as Go prints them (<c>%v</c>): rule files depend on it.</summary>
internal static class GoText
{
    /// <summary>What an action writes: nothing at all is said aloud.</summary>
    public const string NoValue = "<no value>";

    /// <summary>The value in a text; a text is itself.</summary>
    public static string Of(object? value, RenderScope scope)
    {
        if (value is string held)
        {
            return held;
        }

        var text = new StringBuilder();
        Append(value, text, scope, 0);
        return text.ToString();
    }

    private static void Append(object? value, StringBuilder text, RenderScope scope, int depth)
    {
        if (!scope.MayGoOn(text.Length, depth))
        {
            return;
        }

        switch (value)
        {
            case null:
                text.Append("<nil>");
                break;
            case string held:
                text.Append(held);
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case double number:
                text.Append(GoFloat.Print(number));
                break;
            case GoList list:
                AppendAll('[', list.Items, item => Append(item, text, scope, depth + 1));
                text.Append(']');
                break;
            case GoMap map:
                AppendAll("map[", map.Names, name =>
                {
                    text.Append(name).Append(':');
                    Append(map.Get(name), text, scope, depth + 1);
                });
                text.Append(']');
                break;
            case IGoStruct { Text: { } own }:
                text.Append(own);
                break;
            case IGoStruct structure:
                AppendAll('{', structure.Fields(scope), field => Append(field.Value, text, scope, depth + 1));
                text.Append('}');
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }

        void AppendAll<TOpening, TItem>(TOpening opening, IEnumerable<TItem> items, Action<TItem> append)
        {
            text.Append(opening);
            var separates = false;
            foreach (var item in items)
            {
                text.Append(separates ? " " : "");
                separates = true;
                append(item);
                if (scope.Failed)
                {
                    return;
                }
            }
        }
    }
}
