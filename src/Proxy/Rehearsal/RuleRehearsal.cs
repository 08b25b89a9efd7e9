using System.Globalization;
using System.Security.Cryptography;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>
/// Runs the tests of a set of rules, each as a request through the real stages with the set's own handlers. Nobody outside is asked and
/// nothing is kept. A set without tests costs nothing.
/// </summary>
/// <param name="settings">What the rules are prepared by.</param>
/// <param name="canLogIn">Whether there is a provider to log in at.</param>
/// <param name="time">What time it is.</param>
/// <param name="logger">Where it is said that tests ran.</param>
/// <param name="replace">Parts of an embedder's own, handlers among them.</param>
internal sealed class RuleRehearsal(ProxySettings settings, bool canLogIn, TimeProvider time, ILogger<RuleRehearsal> logger, Action<IServiceCollection>? replace = null)
{
    /// <summary>How long all tests of a set may take: a change of rules must not wait for ever.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lazy<ProxyKeys> _keys = new(MakeKeys);

    public bool CanLogIn => canLogIn;

    /// <summary>Keys that lie nowhere and that nobody believes.</summary>
    public static ProxyKeys MakeKeys() => new(SigningKeyRing.Of(SigningKey.Generate()), new BearerKey(RandomNumberGenerator.GetBytes(32)));

    /// <summary>The same set where its tests pass; else their faults in its place.</summary>
    public LoadedRules Judge(LoadedRules loaded)
    {
        if (loaded is not { Rules: { } rules, Read: { } read } || !TestsOf(rules, read).Any())
        {
            return loaded;
        }

        // Rules are loaded on threads that may wait, and not all stages answer at once.
        var report = Task.Run(() => RunAsync(rules, read, CancellationToken.None)).GetAwaiter().GetResult();
        logger.RulesRehearsed(report.Passed, report.Count);
        return loaded with
        {
            Rules = report.Succeeded ? rules : null,
            Faults = [.. loaded.Faults, .. report.Faults],
            Warnings = [.. loaded.Warnings, .. report.Warnings],
        };
    }

    /// <param name="rules">The rules prepared for real requests.</param>
    /// <param name="read">The same rules as written, with their tests.</param>
    /// <param name="cancellation">Nobody waits for the report any more.</param>
    public async Task<RehearsalReport> RunAsync(PreparedRules rules, RuleLoad read, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var tests = TestsOf(rules, read).ToList();
        var results = new List<TestResult>(tests.Count);
        RehearsalStage? stage = null;
        try
        {
            foreach (var (test, carrier) in tests)
            {
                stage ??= NewStage();
                var (result, hasAsked) = await RunAsync(stage, test, carrier, rules, read, either.Token);
                results.Add(result);
                if (hasAsked)
                {
                    // What handlers remember of one test's answers must not answer another's questions.
                    await stage.DisposeAsync();
                    stage = null;
                }
            }

            return new RehearsalReport(results, tests.Count, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var next = tests[results.Count].Test;
            return new RehearsalReport(results, tests.Count, new ConfigFault(next.File, next.Line, next.Key, string.Create(
                CultureInfo.InvariantCulture, $"was not done when the {Longest.TotalSeconds:0} s for all tests were over; {results.Count} of {tests.Count} had run")));
        }
        finally
        {
            if (stage is not null)
            {
                await stage.DisposeAsync();
            }
        }
    }

    /// <summary>Plays one request of which nothing is expected. Services and the Tokenizer are not asked, and nobody answers for them.</summary>
    public async Task<(Played Played, RequestFacts? Facts)> PlayAsync(RuleTestRequest request, PreparedRules rules, RuleLoad read, CancellationToken cancellation)
    {
        await using var stage = NewStage();
        return (await stage.PlayAsync(request, new Script { As = request.As }, read, rules, cancellation), stage.FactsOf(request, rules.RuleSet));
    }

    private static IEnumerable<(RuleTest Test, Rule? Carrier)> TestsOf(PreparedRules rules, RuleLoad read) =>
        rules.RuleSet.Rules.SelectMany(rule => rule.Tests, (rule, test) => (test, (Rule?)rule)).Concat(read.Tests.Select(test => (test, (Rule?)null)));

    private RehearsalStage NewStage() => new(Compose().BuildServiceProvider());

    private IServiceCollection Compose()
    {
        var services = new ServiceCollection().AddLogging().AddProxy(settings, null, _keys.Value, time);
        replace?.Invoke(services);
        return services.AddStandIns(this);
    }

    private async Task<(TestResult Result, bool HasAsked)> RunAsync(
        RehearsalStage stage, RuleTest test, Rule? carrier, PreparedRules rules, RuleLoad read, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var script = new Script { As = test.Request.As, Answers = test.Answers, Grants = test.Grants };
        try
        {
            // On a thread of its own, so that a stage that does not come to an end does not keep the rules waiting.
            var played = await Task.Run(() => stage.PlayAsync(test.Request, script, read, rules, cancellation), cancellation).WaitAsync(cancellation);
            cancellation.ThrowIfCancellationRequested();
            return (Result(Expectations.WhyNot(test, carrier, played)), script.HasAsked);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever went wrong, it is no pass, and the rules in force stay.
            return (Result($"cannot be run: {(fault is RehearsalException ? fault.Message : fault.GetType().Name)}"), true);
        }

        TestResult Result(string? failure) => new(test, carrier, failure, time.GetElapsedTime(began)) { Unused = [.. script.Unused] };
    }
}
