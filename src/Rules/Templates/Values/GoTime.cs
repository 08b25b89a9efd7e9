namespace AuthProxy.Rules.Templates.Values;

/// <summary>A moment, in the zone it is told in.</summary>
internal sealed class GoTime(DateTimeOffset moment) : IGoStruct
{
    /// <summary>Go's zero time, and the first that there is.</summary>
    public static readonly GoTime Zero = new(DateTimeOffset.MinValue);

    public string Type => "time.Time";

    public string Text => GoTimeLayout.Format(moment, "2006-01-02 15:04:05.999999999 -0700 MST");

    public DateTimeOffset Moment => moment;

    public long UnixSeconds => moment.ToUnixTimeSeconds();

    public bool TryMember(string name, RenderScope scope, out object? value)
    {
        value = name switch
        {
            "Unix" => UnixSeconds,
            "UnixMilli" => moment.ToUnixTimeMilliseconds(),
            "UnixNano" => (moment - DateTimeOffset.UnixEpoch).Ticks * 100,
            "UTC" => new GoTime(moment.ToUniversalTime()),
            "String" => Text,
            "Year" => (nint)moment.Year,
            "Day" => (nint)moment.Day,
            "YearDay" => (nint)moment.DayOfYear,
            "Hour" => (nint)moment.Hour,
            "Minute" => (nint)moment.Minute,
            "Second" => (nint)moment.Second,
            "IsZero" => moment == DateTimeOffset.MinValue,
            _ => null,
        };
        return value is not null;
    }

    public IReadOnlyList<GoField> Fields(RenderScope scope) => [];
}
