using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Go's way to say how a time is written: by the example of Mon Jan 2 15:04:05 MST 2006.</summary>
internal static class GoTimeLayout
{
    // Longest first where one begins like another.
    private static readonly string[] Elements =
    [
        "January", "Jan", "Monday", "Mon", "MST", "2006", "-07:00:00", "-070000", "-07:00", "-0700", "-07", "Z07:00:00", "Z070000", "Z07:00", "Z0700", "Z07",
        "002", "01", "02", "03", "04", "05", "06", "__2", "_2", "15", "PM", "pm", "1", "2", "3", "4", "5",
    ];

    private static readonly DateTimeFormatInfo Names = CultureInfo.InvariantCulture.DateTimeFormat;

    public static string Format(DateTimeOffset time, string layout)
    {
        var text = new StringBuilder(layout.Length + 16);
        for (var at = 0; at < layout.Length;)
        {
            var rest = layout.AsSpan(at);
            if (FractionLength(rest) is > 0 and var length)
            {
                text.Append(Fraction(time, rest[..length]));
                at += length;
            }
            else if (ElementAt(rest) is { } element)
            {
                text.Append(Write(time, element));
                at += element.Length;
            }
            else
            {
                text.Append(layout[at++]);
            }
        }

        return text.ToString();
    }

    /// <summary>Null where the text is not of that form. Without a zone of its own it is read in <paramref name="zone"/>.</summary>
    public static DateTimeOffset? TryParse(string text, string layout, TimeZoneInfo zone)
    {
        var reading = new GoTimeReading(text);
        for (var at = 0; at < layout.Length;)
        {
            var rest = layout.AsSpan(at);
            var length = FractionLength(rest);
            var element = length > 0 ? rest[..length].ToString() : ElementAt(rest);
            if (!(element is null ? reading.TakeLiteral(layout[at]) : reading.Take(element)))
            {
                return null;
            }

            at += element?.Length ?? 1;
        }

        return reading.Finish(zone);
    }

    private static string? ElementAt(ReadOnlySpan<char> rest)
    {
        foreach (var element in Elements)
        {
            // "Jan" is no month in "Janitor" to Go, and "Month" holds no weekday.
            if (rest.StartsWith(element, StringComparison.Ordinal)
                && !(element is "Jan" or "Mon" && rest.Length > 3 && char.IsAsciiLetterLower(rest[3])))
            {
                return element;
            }
        }

        return null;
    }

    /// <summary>A point or comma with a row of zeros or nines, no other digit behind.</summary>
    private static int FractionLength(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 2 || rest[0] is not ('.' or ',') || rest[1] is not ('0' or '9'))
        {
            return 0;
        }

        var end = 1;
        while (end < rest.Length && rest[end] == rest[1])
        {
            end++;
        }

        return end < rest.Length && char.IsAsciiDigit(rest[end]) ? 0 : end;
    }

    private static string Fraction(DateTimeOffset time, ReadOnlySpan<char> element)
    {
        var places = Math.Min(9, element.Length - 1);
        var digits = (time.Ticks % TimeSpan.TicksPerSecond * 100).ToString("D9", CultureInfo.InvariantCulture)[..places];
        digits = element[1] == '9' ? digits.TrimEnd('0') : digits;
        return digits.Length == 0 ? "" : element[0] + digits;
    }

    private static string Write(DateTimeOffset time, string element) => element switch
    {
        "January" => Names.GetMonthName(time.Month),
        "Jan" => Names.GetAbbreviatedMonthName(time.Month),
        "Monday" => Names.GetDayName(time.DayOfWeek),
        "Mon" => Names.GetAbbreviatedDayName(time.DayOfWeek),
        "2006" => Digits(time.Year, 4),
        "06" => Digits(time.Year % 100, 2),
        "01" => Digits(time.Month, 2),
        "1" => Digits(time.Month, 1),
        "02" => Digits(time.Day, 2),
        "_2" => Digits(time.Day, 1).PadLeft(2),
        "2" => Digits(time.Day, 1),
        "002" => Digits(time.DayOfYear, 3),
        "__2" => Digits(time.DayOfYear, 1).PadLeft(3),
        "15" => Digits(time.Hour, 2),
        "03" => Digits((time.Hour + 11) % 12 + 1, 2),
        "3" => Digits((time.Hour + 11) % 12 + 1, 1),
        "04" => Digits(time.Minute, 2),
        "4" => Digits(time.Minute, 1),
        "05" => Digits(time.Second, 2),
        "5" => Digits(time.Second, 1),
        "PM" => time.Hour < 12 ? "AM" : "PM",
        "pm" => time.Hour < 12 ? "am" : "pm",
        "MST" => ZoneName(time.Offset),
        _ => Offset(time.Offset, element),
    };

    private static string Digits(int number, int width) => number.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');

    // Where a zone has no abbreviation Go writes its offset; .NET knows none of them but this one.
    private static string ZoneName(TimeSpan offset) => offset == TimeSpan.Zero ? "UTC" : Offset(offset, offset.Minutes == 0 ? "-07" : "-0700");

    private static string Offset(TimeSpan offset, string element)
    {
        if (element[0] == 'Z' && offset == TimeSpan.Zero)
        {
            return "Z";
        }

        var separator = element.Contains(':') ? ":" : "";
        var text = (offset < TimeSpan.Zero ? "-" : "+") + Digits(Math.Abs(offset.Hours), 2);
        text += element.Length > 3 ? separator + Digits(Math.Abs(offset.Minutes), 2) : "";
        return text + (element.Length > 6 ? separator + "00" : "");
    }
}
