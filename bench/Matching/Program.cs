// Measures how long it takes to find the rule of a request, and to load many rules.
// "--quick" prints a table in a minute, and with a file's name writes it there; anything else is BenchmarkDotNet's.
using AuthProxy.Bench.Matching;
using BenchmarkDotNet.Running;

if (args is not ["--quick", ..])
{
    BenchmarkSwitcher.FromTypes([typeof(FindBenchmark)]).Run(args);
    return;
}

var report = QuickRun.Report();
Console.Write(report);
