using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthProxy.Rules;

namespace AuthProxy.Bench.Matching;

/// <summary>The same questions as the benchmarks', answered in seconds: the fastest of many short rounds, on one thread.</summary>
internal static class QuickRun
{
    private const int Requests = 16;
    private const int Rounds = 400;
    private const int PerRound = 100;

    private static readonly int[] Sizes = [10, 100, 1_000, 10_000, 100_000];

    public static string Report()
    {
        var text = new StringBuilder();
        text.AppendLine("| ns to find the one rule among | 10 | 100 | 1,000 | 10,000 | 100,000 | 10,000 ÷ 10 | bytes allocated | reload of 10,000, CPU s |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var shape in RuleShape.All)
        {
            var found = Sizes.Select(size => Measure(shape, size)).ToArray();
            var times = string.Join(" | ", found.Select(figures => figures.Nanoseconds.ToString("0", CultureInfo.InvariantCulture)));
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"| {shape.Name} | {times} | {found[3].Nanoseconds / found[0].Nanoseconds:0.00} | {found.Max(figures => figures.Bytes)} | {Reload(shape):0.00} |"));
        }

        return text.ToString();
    }

    private static (double Nanoseconds, long Bytes) Measure(RuleShape shape, int size)
    {
        var rules = shape.Load(size);
        var requests = shape.Requests(rules, Requests);
        var fastest = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            Find(rules, requests, PerRound);
            fastest = Math.Min(fastest, Stopwatch.GetTimestamp() - start);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Find(rules, requests, PerRound);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (PerRound * Requests);
        return (fastest * 1e9 / Stopwatch.Frequency / (PerRound * Requests), bytes);
    }

    private static void Find(RuleSet rules, RequestFacts[] requests, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (ref readonly var request in requests.AsSpan())
            {
                if (rules.Find(in request) is not RuleLookup.One)
                {
                    throw new InvalidOperationException($"no rule for {request.Host}{request.Target}");
                }
            }
        }
    }

    /// <summary>From text to a set that may go into force, once warm; processor time, for other work on the machine is none of its concern.</summary>
    private static double Reload(RuleShape shape)
    {
        var fastest = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            shape.Load(10_000);
            fastest = Math.Min(fastest, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return fastest;
    }
}
