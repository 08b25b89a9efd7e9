// Measures how long it takes to find the rule of a request, and to load many rules.
// "--quick" prints a table within minutes and, with the name of a file, writes it there; anything else is BenchmarkDotNet's.
using AuthProxy.Bench;
using AuthProxy.Bench.Matching;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

if (args is not ["--quick", ..])
{
    var config = DefaultConfig.Instance
        .WithArtifactsPath(Path.Combine("artifacts", "matching"))
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
    BenchmarkSwitcher.FromTypes([typeof(FindBenchmark)]).Run(args, config);
    return;
}

var report = QuickRun.Report();
Console.Write(report);
if (args is [_, var results])
{
    ResultsPage.WriteSection(results, "Finding the rule among many, and loading them", report);
}
