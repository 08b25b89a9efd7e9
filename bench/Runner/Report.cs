using System.Globalization;
using System.Text;

namespace AuthProxy.Bench;

/// <summary>The figures as a page: ratios first, for absolute times are this machine's alone.</summary>
internal static class Report
{
    public static string Of(IReadOnlyList<Measurement> measurements)
    {
        var proxy = measurements[0];
        var text = new StringBuilder();
        text.AppendLine("# Results");
        text.AppendLine();
        text.AppendLine("Written by `./bench/run.sh`: one run, three rounds in turn, medians; wrk, 32 connections, the load generator and the upstream (nginx,");
        text.AppendLine("100-byte body) on the same machine. The Proxy checks an RS256 bearer token (seen before), matches one rule, sets an identity header and");
        text.AppendLine("an ES256 assertion; the bare forwarder is `IHttpForwarder` in the same published form with the same GC settings; nginx only forwards; HAProxy");
        text.AppendLine("verifies the same token with `jwt_verify` on each request and sets one header.");
        text.AppendLine();
        text.AppendLine("| the Proxy against | CPU per request | requests/s |");
        text.AppendLine("| --- | --- | --- |");
        foreach (var peer in measurements.Skip(1))
        {
            text.AppendLine(Invariant($"| {peer.Name} | {proxy.CpuMicroseconds / peer.CpuMicroseconds:0.00} × | {proxy.RequestsPerSecond / peer.RequestsPerSecond:0.00} × |"));
        }

        text.AppendLine();
        text.AppendLine("| | CPU µs/request | requests/s | p50 ms | p99 ms | resident MB idle | resident MB after load | start to first answer ms |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var m in measurements)
        {
            text.AppendLine(Invariant($"| {m.Name} | {m.CpuMicroseconds:0.0} | {m.RequestsPerSecond:0} | {m.P50Milliseconds:0.00} | {m.P99Milliseconds:0.00} | {m.IdleMegabytes:0} | {m.LoadedMegabytes:0} | {m.StartMilliseconds:0} |"));
        }

        return text.ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
