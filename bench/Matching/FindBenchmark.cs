using AuthProxy.Rules;
using BenchmarkDotNet.Attributes;

namespace AuthProxy.Bench.Matching;

/// <summary>One request against sets of growing size; one operation is one <see cref="RuleSet.Find"/>.</summary>
[MemoryDiagnoser]
public class FindBenchmark
{
    private const int Requests = 16;

    private RuleSet _rules = RuleSet.Empty;
    private RequestFacts[] _requests = [];

    public static IEnumerable<RuleShape> Shapes => RuleShape.All;

    [ParamsSource(nameof(Shapes))]
    public RuleShape Shape { get; set; } = RuleShape.All[0];

    [Params(10, 100, 1_000, 10_000, 100_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Load()
    {
        _rules = Shape.Load(Rules);
        _requests = Shape.Requests(_rules, Requests);
    }

    [Benchmark(OperationsPerInvoke = Requests)]
    public int Find()
    {
        var found = 0;
        foreach (ref readonly var request in _requests.AsSpan())
        {
            found += _rules.Find(in request) is RuleLookup.One ? 1 : 0;
        }

        return found;
    }
}
