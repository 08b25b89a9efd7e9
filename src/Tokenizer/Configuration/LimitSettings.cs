using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>How much, and for how long.</summary>
/// <param name="GrantDefault">How long a grant holds when nobody says.</param>
/// <param name="GrantMaximum">The longest that may be asked for.</param>
/// <param name="ValueSize">The largest value in bytes.</param>
/// <param name="JsonBody">The largest JSON body in bytes.</param>
/// <param name="TicketLife">How long after it was asked for an upload or download may begin.</param>
internal sealed record LimitSettings(TimeSpan GrantDefault, TimeSpan GrantMaximum, long ValueSize, int JsonBody, TimeSpan TicketLife)
{
    public static readonly Schema<(TimeSpan Default, TimeSpan Maximum)> Grants = Declare.Object<(TimeSpan, TimeSpan)>("grants", "How long sessions may use tokens.", o =>
    {
        var usual = o.Duration("default", "How long a grant holds when nobody says; never past the session's end.").Default("15m").AtLeast("1s");
        var longest = o.Duration("maximum", "The longest grant that may be asked for.").Default("1h").AtLeast("1s").AtMost("24h");
        return read =>
        {
            if (read.Get(usual) > read.Get(longest))
            {
                read.Fault(usual, "is longer than maximum");
            }

            return (read.Get(usual), read.Get(longest));
        };
    });

    public static readonly Schema<(long Value, int Json)> Values = Declare.Object<(long, int)>("values", "How large things may be.", o =>
    {
        var value = o.Bytes("maximum_size", "The largest value; past it 413.").Default("100MiB").AtLeast("1KiB").AtMost("64GiB");
        var json = o.Bytes("maximum_json", "The largest JSON body, metadata included; past it 413.").Default("64KiB").AtLeast("8KiB").AtMost("1MiB");
        return read => (read.Get(value), (int)read.Get(json));
    });

    public static readonly Schema<TimeSpan> Tickets = Declare.Object<TimeSpan>("tickets", "The addresses at which values are written and read.", o =>
    {
        var life = o.Duration("ttl", "How long after it was asked for an upload or download may begin.").Default("60s").AtLeast("1s").AtMost("5m");
        return read => read.Get(life);
    });
}
