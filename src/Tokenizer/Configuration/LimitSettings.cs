using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>How much, and for how long.</summary>
/// <param name="GrantDefault">How long a grant holds when nobody says.</param>
/// <param name="GrantMaximum">The longest that may be asked for.</param>
/// <param name="ValueSize">The largest value in bytes.</param>
/// <param name="JsonBody">The largest JSON body in bytes.</param>
/// <param name="TicketLife">How long after it was asked for an upload or download may begin.</param>
/// <param name="JsonTimeout">How long a whole JSON body may take to arrive.</param>
/// <param name="UploadIdle">How long an upload may stand still.</param>
/// <param name="GrantsPerHour">How many tokens a session may be granted within an hour of the clock.</param>
internal sealed record LimitSettings(
    TimeSpan GrantDefault, TimeSpan GrantMaximum, long ValueSize, int JsonBody, TimeSpan TicketLife, TimeSpan JsonTimeout, TimeSpan UploadIdle,
    int GrantsPerHour)
{
    public static readonly Schema<(TimeSpan Default, TimeSpan Maximum, int PerHour)> Grants = Declare.Object<(TimeSpan, TimeSpan, int)>(
        "grants", "How long sessions may use tokens.", o =>
    {
        var usual = o.Duration("default", "How long a grant holds when nobody says; never past the session's end.").Default("15m").AtLeast("1s");
        var longest = o.Duration("maximum", "The longest grant that may be asked for.").Default("1h").AtLeast("1s").AtMost("24h");
        var perHour = o.Integer("per_session_hour", "How many tokens a session may be granted within an hour of the clock, by rules and by the grant API together; renewing a grant is not counted. Past it 429.")
            .Default(1000).AtLeast(1).AtMost(1_000_000);
        return read =>
        {
            if (read.Get(usual) > read.Get(longest))
            {
                read.Fault(usual, "is longer than maximum");
            }

            return (read.Get(usual), read.Get(longest), read.Get(perHour));
        };
    });

    public static readonly Schema<(long Value, int Json, TimeSpan JsonTimeout, TimeSpan UploadIdle)> Values = Declare.Object<(long, int, TimeSpan, TimeSpan)>(
        "values", "How large things may be, and how slow.", o =>
    {
        var value = o.Bytes("maximum_size", "The largest value; past it 413.").Default("100MiB").AtLeast("1KiB").AtMost("64GiB");
        var json = o.Bytes("maximum_json", "The largest JSON body, metadata included; past it 413.").Default("64KiB").AtLeast("8KiB").AtMost("1MiB");
        var jsonTimeout = o.Duration("json_timeout", "How long a whole JSON body may take to arrive; past it 408.").Default("15s").AtLeast("1s").AtMost("2m");
        var uploadIdle = o.Duration("upload_idle", "How long an upload may go without a byte, and how much longer it may take than at 240 bytes a second; past it 408.")
            .Default("30s").AtLeast("1s").AtMost("10m");
        return read => (read.Get(value), (int)read.Get(json), read.Get(jsonTimeout), read.Get(uploadIdle));
    });

    public static readonly Schema<TimeSpan> Tickets = Declare.Object<TimeSpan>("tickets", "The addresses at which values are written and read.", o =>
    {
        var life = o.Duration("ttl", "How long after it was asked for an upload or download may begin.").Default("60s").AtLeast("1s").AtMost("5m");
        return read => read.Get(life);
    });
}
