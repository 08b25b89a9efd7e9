using System.Globalization;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Functions;

/// <summary>Times in Go's layouts. None is pure: what is no time counts as now.</summary>
internal static class TimeFunctions
{
    private const string Day = "2006-01-02";

    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        .. Both("now", "", "the time", call => new GoTime(call.Scope.Clock.GetLocalNow())),
        .. Both("date", "layout time", "the time in a layout: Mon Jan 2 15:04:05 MST 2006", call => Format(call, call.Text(0), call[1], call.Scope.Clock.LocalTimeZone)),
        .. Both("dateInZone", "layout time zone", "the time in a layout and zone; UTC where the zone is not known", call =>
            Format(call, call.Text(0), call[1], Zone(call, call.Text(2))), "date_in_zone"),
        .. Both("dateModify", "duration time", "the time so much later", call => Later(call, isMust: false), "date_modify"),
        .. Both("mustDateModify", "duration time", "the time so much later", call => Later(call, isMust: true), "must_date_modify"),
        .. Both("htmlDate", "time", "the day as 2006-01-02", call => Format(call, Day, call[0], call.Scope.Clock.LocalTimeZone)),
        .. Both("htmlDateInZone", "time zone", "the day as 2006-01-02 in a zone", call => Format(call, Day, call[0], Zone(call, call.Text(1)))),
        .. Both("toDate", "layout text", "the time that the text writes, the year 1 where it is none", call => Read(call) ?? GoTime.Zero),
        .. Both("mustToDate", "layout text", "the time that the text writes", call => Read(call) ?? call.Fail("the text is not of that layout")),
        .. Both("unixEpoch", "time", "the seconds since 1970", call => call.Time(0).UnixSeconds.ToString(CultureInfo.InvariantCulture)),
        .. Both("ago", "time", "how long ago, to the second", call => Durations.Print(Rounded(call.Scope.Clock.GetUtcNow() - MomentOf(call, call[0])))),
        .. Both("duration", "seconds", "so many seconds as a duration", call => Durations.Print(Seconds(call[0]))),
        .. Both("durationRound", "duration", "a duration in its largest unit", call => Durations.PrintRough(Duration(call))),
    ];

    private static IEnumerable<TemplateFunction> Both(string name, string arguments, string summary, Func<FunctionCall, object?> body, string? alias = null) =>
        alias is null
            ? [new(name, arguments, summary, body) { IsPure = false }]
            : [new(name, arguments, summary, body) { IsPure = false }, new(alias, arguments, $"as {name}", body) { IsPure = false }];

    private static object? Format(FunctionCall call, string layout, object? time, TimeZoneInfo zone)
    {
        var moment = MomentOf(call, time);
        var offset = zone.GetUtcOffset(moment);
        return call.Allows(layout.Length * 3L) && IsInRange(moment.UtcTicks + offset.Ticks) ? GoTimeLayout.Format(moment.ToOffset(offset), layout) : call.Fail("the time is out of range");
    }

    private static DateTimeOffset MomentOf(FunctionCall call, object? time)
    {
        switch (time)
        {
            case GoTime known:
                return known.Moment;
            case nint or long when GoNumber.ToWhole(time) is >= -62_135_596_800 and <= 253_402_300_799 and var seconds:
                return DateTimeOffset.FromUnixTimeSeconds(seconds);
            case nint or long:
                call.Fail("the time is out of range");
                return DateTimeOffset.UnixEpoch;
            default:
                return call.Scope.Clock.GetUtcNow();
        }
    }

    private static TimeZoneInfo Zone(FunctionCall call, string name) =>
        name == "Local" ? call.Scope.Clock.LocalTimeZone
        : name.Length is > 0 and <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
        : TimeZoneInfo.Utc;

    private static object? Later(FunctionCall call, bool isMust)
    {
        var time = call.Time(1);
        if (!GoDuration.TryParse(call.Text(0), out var duration, out _))
        {
            return isMust ? call.Fail("the duration is none of Go's") : time;
        }

        var ticks = (Int128)time.Moment.Ticks + duration.Ticks;
        var utcTicks = (Int128)time.Moment.UtcTicks + duration.Ticks;
        return IsInRange(ticks) && IsInRange(utcTicks) ? new GoTime(time.Moment + duration) : call.Fail("the time is out of range");
    }

    private static bool IsInRange(Int128 ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;

    private static GoTime? Read(FunctionCall call) =>
        GoTimeLayout.TryParse(call.Text(1), call.Text(0), call.Scope.Clock.LocalTimeZone) is { } moment ? new GoTime(moment) : null;

    private static TimeSpan Seconds(object? value)
    {
        var seconds = value switch
        {
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) => parsed,
            long whole => whole,
            _ => 0,
        };
        return TimeSpan.FromSeconds(Math.Clamp(seconds, -9_000_000_000, 9_000_000_000));
    }

    private static TimeSpan Duration(FunctionCall call) => call[0] switch
    {
        string text when GoDuration.TryParse(text, out var parsed, out _) => parsed,
        long nanoseconds => TimeSpan.FromTicks(nanoseconds / 100),
        GoTime time => call.Scope.Clock.GetUtcNow() - time.Moment,
        _ => TimeSpan.Zero,
    };

    private static TimeSpan Rounded(TimeSpan duration) => TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds, MidpointRounding.AwayFromZero));
}
