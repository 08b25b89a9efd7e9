using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Rules.Templates;

/// <summary>Values as Go prints them (<c>%v</c>): files depend on it.</summary>
internal static class GoText
{
    public static string Of(TemplateValue value)
    {
        var text = new StringBuilder();
        Append(value, text);
        return text.ToString();
    }

    public static void Append(TemplateValue value, StringBuilder text)
    {
        switch (value.Held)
        {
            case null:
                text.Append("<no value>");
                break;
            case string held:
                text.Append(held);
                break;
            case IReadOnlyList<string> list:
                text.Append('[').AppendJoin(' ', list).Append(']');
                break;
            case JsonElement json:
                Append(json, text);
                break;
            case var other:
                text.Append(CultureInfo.InvariantCulture, $"{other}");
                break;
        }
    }

    private static void Append(JsonElement json, StringBuilder text)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append("map[");
                AppendAll(json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal), member =>
                {
                    text.Append(member.Name).Append(':');
                    Append(member.Value, text);
                });
                text.Append(']');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                AppendAll(json.EnumerateArray(), item => Append(item, text));
                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append(json.GetString());
                break;
            case JsonValueKind.Number:
                text.Append(Number(json.GetDouble()));
                break;
            case JsonValueKind.Null:
                text.Append("<nil>");
                break;
            default:
                text.Append(json.ValueKind == JsonValueKind.True ? "true" : "false");
                break;
        }

        void AppendAll<T>(IEnumerable<T> items, Action<T> append)
        {
            foreach (var (index, item) in items.Index())
            {
                text.Append(index > 0 ? " " : "");
                append(item);
            }
        }
    }

    // Go reads every JSON number as a float and prints its shortest form as %g would: 3, 1e+06, 1.234567e+06.
    private static string Number(double number)
    {
        // 1e999 is a number to JSON and past every double.
        if (!double.IsFinite(number))
        {
            return number > 0 ? "+Inf" : "-Inf";
        }

        var shortest = number.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            shortest = number.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(shortest, CultureInfo.InvariantCulture).Equals(number))
            {
                break;
            }
        }

        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is < -4 or >= 6
            ? string.Create(CultureInfo.InvariantCulture, $"{shortest.AsSpan(0, mark)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}")
            : ((decimal)number).ToString("0.#############################", CultureInfo.InvariantCulture);
    }
}
