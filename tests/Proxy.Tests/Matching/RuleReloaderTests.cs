using System.Diagnostics.Metrics;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Observability;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Proxy.Tests.Matching;

public sealed class RuleReloaderTests : IDisposable
{
    private const string Good = """
        version: authproxy/v1
        defaults: { upstream: "http://127.0.0.1:3000", authenticators: [anonymous] }
        rules:
          - { id: one, match: { path: /one } }
        """;

    private readonly FakeClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-test-").FullName;
    private readonly ServiceProvider _services;

    public RuleReloaderTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "rules"));
        var settings = Requests.Settings($"{{ data_folder: '{_folder}/data', access_rules: {{ repositories: ['file://{_folder}/rules'] }} }}");
        var keys = ProxyKeys.Load(settings.KeysFolder, new ConfigFaults())!;
        _services = new ServiceCollection().AddLogging(logging => logging.ClearProviders()).AddProxy(settings, null, keys, _clock).BuildServiceProvider();
    }

    private RuleReloader Reloader => _services.GetRequiredService<RuleReloader>();

    private PreparedRules Current => _services.GetRequiredService<RuleSource>().Current;

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Good_rules_are_in_force_at_once()
    {
        Write("a.yaml", Good);

        Assert.Empty(Reloader.Start());
        Assert.Equal("one", Current.Rules.Single().Rule.Id);
    }

    [Fact]
    public void Faulty_rules_keep_the_proxy_from_starting_and_every_fault_is_told_at_once()
    {
        Write("a.yaml", Good.Replace("[anonymous]", "[anonymus]", StringComparison.Ordinal) + "\n  - { id: two, match: { path: /two }, mutators: [hedaer] }");

        var faults = Reloader.Start();

        Assert.Contains(faults, fault => fault.ToString().Contains("anonymus", StringComparison.Ordinal) && fault.ToString().Contains("a.yaml", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.ToString().Contains("hedaer", StringComparison.Ordinal));
        Assert.Empty(Current.Rules);
    }

    [Fact]
    public void Changed_rules_are_in_force_within_a_second()
    {
        Write("a.yaml", Good);
        Reloader.Start();

        Write("a.yaml", Good.Replace("one", "uno", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("uno", Current.Rules.Single().Rule.Id);
    }

    [Fact]
    public void Reload_with_a_broken_rule_keeps_the_last_good_rules_and_says_so()
    {
        Write("a.yaml", Good);
        Reloader.Start();
        var before = Current;

        Write("b.yaml", "version: authproxy/v1\nrules: [ { id: ");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(before, Current);
        Assert.Equal(0, LastSuccess());

        Write("b.yaml", Good.Replace("one", "two", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Current.Rules.Count);
        Assert.Equal(1, LastSuccess());
        Assert.True(Current.Revision > before.Revision);
    }

    [Fact]
    public void Reload_with_a_failing_test_keeps_the_last_good_rules_and_says_so()
    {
        Write("a.yaml", Good);
        Reloader.Start();
        var before = Current;

        Write("b.tests.yaml", "tests: [ { request: { path: /one }, expect: { status: 403 } } ]");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(before, Current);
        Assert.Equal(0, LastSuccess());

        Write("b.tests.yaml", "tests: [ { request: { path: /one }, expect: { status: 200 } } ]");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotSame(before, Current);
        Assert.Equal(1, LastSuccess());
    }

    [Fact]
    public void Removed_file_takes_its_rules_along()
    {
        Write("a.yaml", Good);
        Write("b.yaml", Good.Replace("one", "two", StringComparison.Ordinal));
        Reloader.Start();

        File.Delete(Path.Combine(_folder, "rules", "b.yaml"));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("one", Current.Rules.Single().Rule.Id);
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, "rules", file), text);

    private int LastSuccess()
    {
        var seen = -1;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "authproxy.rules.reload.last_success")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen = ReferenceEquals(instrument.Meter, _services.GetRequiredService<ProxyMetrics>().Meter) ? value : seen);
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
