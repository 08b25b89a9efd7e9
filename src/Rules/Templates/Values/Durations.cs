using System.Globalization;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Durations as Go prints them.</summary>
internal static class Durations
{
    private static readonly (string Unit, TimeSpan Length)[] Rough =
    [
        ("y", TimeSpan.FromDays(365)), ("mo", TimeSpan.FromDays(30)), ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Whole seconds: 0s, 1m35s, 25h0m0s.</summary>
    public static string Print(TimeSpan duration)
    {
        var length = duration.Duration();
        var hours = (long)length.TotalHours;
        var text = hours > 0 ? $"{hours}h{length.Minutes}m{length.Seconds}s" : length.Minutes > 0 ? $"{length.Minutes}m{length.Seconds}s" : $"{length.Seconds}s";
        return duration < TimeSpan.Zero ? "-" + text : text;
    }

    /// <summary>The largest unit that the duration is longer than, alone.</summary>
    public static string PrintRough(TimeSpan duration)
    {
        var length = duration == TimeSpan.MinValue ? TimeSpan.MaxValue : duration.Duration();
        foreach (var (unit, one) in Rough)
        {
            if (length > one)
            {
                return (length.Ticks / one.Ticks).ToString(CultureInfo.InvariantCulture) + unit;
            }
        }

        return "0s";
    }
}
