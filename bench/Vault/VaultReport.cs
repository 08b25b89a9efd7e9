using System.Globalization;
using System.Text;

namespace AuthProxy.Bench.Vault;

/// <summary>The figures as a section of the page.</summary>
internal static class VaultReport
{
    private static readonly (string Name, string Beside, double Times, double Bar)[] Bars =
    [
        (Load.Tokenize, Load.Insert, 1, 0.5),
        (Load.Detokenize, Load.Select, 1, 0.4),
        (Load.Batch, Load.Select, 100, 5),
    ];

    public static string Of(IReadOnlyDictionary<string, Figures> few, IReadOnlyDictionary<string, Figures> many)
    {
        var text = new StringBuilder();
        text.AppendLine("Written by `./bench/tokenizer.sh`: one run, three rounds in turn, medians; PostgreSQL with fsync and synchronous commits, 64 connections of wrk or");
        text.AppendLine("pgbench (prepared statements); load generator, Tokenizer and server on the same machine. 100 users with an assertion each; 10,000 tokens of them");
        text.AppendLine("with values, then as many other rows that there are a million tokens, grants and values and two million lines of the audit. *tokenize* and *detokenize*");
        text.AppendLine("are `POST /tokenize` and `POST /detokenize`: each is answered when its line of the audit is on the disk. The upload and the download of the value are");
        text.AppendLine("requests of their own and not in these figures. *100 grants verified* is one `POST /v1/grants/verify`. Other programs ran beside it where the load is high:");
        text.AppendLine(Invariant($"the machine's load average over the run's last 5 minutes was {LoadAverage()}, on {Environment.ProcessorCount} processors."));
        text.AppendLine();
        text.AppendLine("| | beside | bar | 10,000 tokens | 1,000,000 tokens |");
        text.AppendLine("| --- | --- | --- | --- | --- |");
        foreach (var (name, beside, times, bar) in Bars)
        {
            text.AppendLine(Invariant($"| {name}{(times > 1 ? ", tokens/s" : "")} | {beside} | ≥ {bar} × | {Ratio(few)} | {Ratio(many)} |"));
            string Ratio(IReadOnlyDictionary<string, Figures> figures) => Verdict(times * figures[name].PerSecond / figures[beside].PerSecond, ratio => ratio >= bar);
        }

        foreach (var (name, _, _, _) in Bars)
        {
            text.AppendLine(Invariant($"| {name}, CPU of Tokenizer and PostgreSQL | itself with 10,000 tokens | ≤ 1.3 × | | {Verdict(Cpu(many[name]) / Cpu(few[name]), ratio => ratio <= 1.3)} |"));
        }

        Append(text, "10,000 tokens", few);
        Append(text, "1,000,000 tokens", many);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, IReadOnlyDictionary<string, Figures> figures)
    {
        text.AppendLine();
        text.AppendLine($"| {title} | requests/s | CPU µs, Tokenizer | CPU µs, PostgreSQL | p50 ms (pgbench: mean) | p99 ms |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var one in figures.Values)
        {
            var (cpu, p99) = one.TokenizerCpu > 0 ? (Invariant($"{one.TokenizerCpu:0}"), Invariant($"{one.P99Milliseconds:0.0}")) : ("", "");
            text.AppendLine(Invariant($"| {one.Name} | {one.PerSecond:0} | {cpu} | {one.DatabaseCpu:0} | {one.P50Milliseconds:0.0} | {p99} |"));
        }
    }

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[1];

    private static double Cpu(Figures one) => one.TokenizerCpu + one.DatabaseCpu;

    private static string Verdict(double ratio, Func<double, bool> isMet) => Invariant($"{ratio:0.00} ×{(isMet(ratio) ? "" : ", missed")}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
