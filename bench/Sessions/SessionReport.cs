using System.Globalization;
using System.Text;

namespace AuthProxy.Bench.Sessions;

/// <summary>The figures as a section of the page.</summary>
internal static class SessionReport
{
    public static string Of(IReadOnlyList<Measurement> measurements, double redisBytesASession, Revocation revocation)
    {
        var bare = measurements[^1];
        var text = new StringBuilder();
        text.AppendLine("Written by `./bench/sessions.sh`: one run, three rounds in turn, medians; wrk, 32 connections; load generator, upstream and Redis on the same");
        text.AppendLine("machine. The Proxy finds the session of a cookie, matches one rule, sets an identity header and an ES256 assertion. *Local hit*: one session,");
        text.AppendLine("in memory. *Redis hit*: each request is one of 100,000 sessions at random, sixteen times as many as the default cache holds, so nearly every");
        text.AppendLine("one is read, unsealed and signed for anew. Bars: local hit at most 1.35 × the CPU and at least 0.85 × the throughput of the bare forwarder; resident");
        text.AppendLine("at most 90 MB after load, and 1.5 × the 16 MiB of the cache more; an end known on another replica within 1 s, p99.");
        text.AppendLine();
        text.AppendLine("| | CPU per request | requests/s | CPU µs/request | requests/s | p50 ms | p99 ms | resident MB idle | resident MB after load |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var m in measurements)
        {
            text.AppendLine(Invariant(
                $"| {m.Name} | {m.CpuMicroseconds / bare.CpuMicroseconds:0.00} × | {m.RequestsPerSecond / bare.RequestsPerSecond:0.00} × | {m.CpuMicroseconds:0.0} | {m.RequestsPerSecond:0} | {m.P50Milliseconds:0.00} | {m.P99Milliseconds:0.00} | {m.IdleMegabytes:0} | {m.LoadedMegabytes:0} |"));
        }

        text.AppendLine();
        text.AppendLine(Invariant($"100,000 live sessions take {redisBytesASession / 1024:0.0} KiB each in Redis."));
        text.AppendLine();
        text.AppendLine(Invariant($"| logout on one replica, {revocation.Trials} trials | p50 ms | p99 ms | longest ms |"));
        text.AppendLine("| --- | --- | --- | --- |");
        text.AppendLine(Invariant($"| until another replica refuses, from sending the logout | {revocation.FromSendingP50:0.0} | {revocation.FromSendingP99:0.0} | {revocation.Longest:0.0} |"));
        text.AppendLine(Invariant($"| … from the logout's answer | | {revocation.FromAnswerP99:0.0} | |"));
        return text.ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
