using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AuthProxy.Hosting.Configuration;

/// <summary>Durations as Go writes them: <c>300ms</c>, <c>1.5h</c>, <c>2h45m</c>, <c>-30s</c>, <c>0</c>.</summary>
public static class GoDuration
{
    // Longest first: "ms" must not be read as "m" and a stray "s".
    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("ns", 0.01m), ("us", 10m), ("µs", 10m), ("μs", 10m), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan value, [NotNullWhen(false)] out string? why)
    {
        value = default;
        why = null;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty || rest.Length > 64)
        {
            why = "write a duration such as 500ms, 30s, 15m or 1h30m";
            return false;
        }

        var ticks = 0m;
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var part, out why))
            {
                return false;
            }

            ticks += part;
            if (ticks > long.MaxValue)
            {
                why = "the duration is too long";
                return false;
            }
        }

        value = TimeSpan.FromTicks((long)(negative ? -ticks : ticks));
        return true;
    }

    /// <summary>The shortest form that <see cref="TryParse"/> reads back, such as <c>1h30m</c>.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var rest = value.Duration();
        var text = value < TimeSpan.Zero ? "-" : "";
        (text, rest) = Put(text, rest, TimeSpan.TicksPerHour, "h");
        (text, rest) = Put(text, rest, TimeSpan.TicksPerMinute, "m");
        if (rest.Ticks % TimeSpan.TicksPerSecond == 0 || rest > TimeSpan.FromSeconds(1))
        {
            return rest == TimeSpan.Zero ? text : text + (rest.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture) + "s";
        }

        return text + (rest.Ticks / (decimal)TimeSpan.TicksPerMillisecond).ToString("0.####", CultureInfo.InvariantCulture) + "ms";
    }

    private static (string Text, TimeSpan Remaining) Put(string text, TimeSpan rest, long unit, string name) => rest.Ticks / unit is var count and > 0
        ? (text + count.ToString(CultureInfo.InvariantCulture) + name, TimeSpan.FromTicks(rest.Ticks % unit))
        : (text, rest);

    private static bool TryTakePart(ref ReadOnlySpan<char> rest, out decimal ticks, [NotNullWhen(false)] out string? why)
    {
        ticks = 0;
        why = null;
        var digits = rest.IndexOfAnyExcept(NumberCharacters);
        if (digits == 0 || !decimal.TryParse(digits < 0 ? rest : rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            why = "write a duration such as 500ms, 30s, 15m or 1h30m";
            return false;
        }

        if (digits < 0)
        {
            why = "the duration has no unit; write for example 30s or 15m";
            return false;
        }

        rest = rest[digits..];
        foreach (var (unit, size) in Units)
        {
            if (rest.StartsWith(unit))
            {
                rest = rest[unit.Length..];
                if (number > long.MaxValue / size)
                {
                    why = "the duration is too long";
                    return false;
                }

                ticks = number * size;
                return true;
            }
        }

        why = "units are ns, us, ms, s, m and h";
        return false;
    }
}
