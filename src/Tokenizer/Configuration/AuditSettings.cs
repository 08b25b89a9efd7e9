using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>The audit: how long lines are kept, and where the signed checkpoints over them go.</summary>
/// <param name="Keep">How long lines stay; null: for ever.</param>
internal sealed record AuditSettings(TimeSpan? Keep, CheckpointSettings Checkpoints)
{
    public static readonly Schema<AuditSettings> Schema = Declare.Object<AuditSettings>("audit", "The audit of every tokenization, detokenization, grant and refusal.", o =>
    {
        var keep = o.Duration("keep", "How long lines are kept; older ones are removed, up to a signed checkpoint. Absent: for ever.").AtLeast("24h").Optional();
        var checkpoints = o.Object("checkpoints", CheckpointSettings.Schema, "Signed statements of how far the audit goes, and where they are sent.");
        return read => new AuditSettings(read.Get(keep), read.Get(checkpoints));
    });
}

/// <summary>When a checkpoint is made, and where it goes.</summary>
/// <param name="Interval">After so much time, where there are new lines.</param>
/// <param name="Lines">After so many lines of this replica, whatever the time.</param>
/// <param name="Sink">Null: they stay in the database.</param>
internal sealed record CheckpointSettings(TimeSpan Interval, int Lines, CheckpointSink? Sink)
{
    public static readonly Schema<CheckpointSettings> Schema = Declare.Object<CheckpointSettings>("checkpoints", "Signed statements of how far the audit goes.", o =>
    {
        var interval = o.Duration("interval", "How long new lines wait for a checkpoint.").Default("1m").AtLeast("1s").AtMost("24h");
        var lines = o.Integer("lines", "How many lines a replica writes before it makes one anyway.").Default(10000).AtLeast(100);
        var file = o.Path("file", "A file that checkpoints are appended to, one a line; on another machine's disk it shows that the database was put back.").Optional();
        var url = o.Url("url", "An address that each checkpoint is sent to by POST, as application/jose; 2xx takes it.").Optional();
        var token = o.Secret("token", "Sent to url as a bearer token.").Optional();
        return read =>
        {
            Loopback.RequireHttpsElsewhere(read, url, read.Get(url));
            if (read.Get(file) is not null && read.Get(url) is not null)
            {
                read.Fault(url, "is given together with file; keep one of them");
            }

            if (read.Get(token) is not null && read.Get(url) is null)
            {
                read.Fault(token, "is given without url");
            }

            return new CheckpointSettings(read.Get(interval), read.Get(lines), SinkOf(read.Get(file), read.Get(url), read.Get(token)));
        };
    });

    private static CheckpointSink? SinkOf(string? file, Uri? url, Secret? token) =>
        file is not null ? new CheckpointSink.AppendTo(file) : url is not null ? new CheckpointSink.SendTo(url, token) : null;
}

/// <summary>Where checkpoints go.</summary>
internal abstract record CheckpointSink
{
    private CheckpointSink() { }

    public sealed record AppendTo(string File) : CheckpointSink;

    public sealed record SendTo(Uri Url, Secret? Token) : CheckpointSink;
}
