using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AuthProxy.Proxy.Matching;
using AuthProxy.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>Rules that change while requests run.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();
    private StubService _application = null!;

    public async Task InitializeAsync() => _application = await StubService.StartAsync();

    public async Task DisposeAsync() => await _application.DisposeAsync();

    [Fact]
    public async Task Rules_that_are_swapped_under_load_lose_no_request()
    {
        await using var proxy = await StartAsync(Rules(1, "v0"));
        using var done = new CancellationTokenSource();
        var answers = new ConcurrentBag<int>();
        var clients = Enumerable.Range(0, 4).Select(_ => SendUntilAsync(proxy, answers, done.Token)).ToArray();

        for (var version = 1; version <= 60; version++)
        {
            await File.WriteAllTextAsync(proxy.RulesFile, Rules(1, $"v{version}"));
            _clock.Advance(Noticed);
            await Task.Yield();
        }

        await done.CancelAsync();
        await Task.WhenAll(clients);

        Assert.NotEmpty(answers);
        Assert.All(answers, status => Assert.Equal(200, status));
        Assert.Equal(61, proxy.Services.GetRequiredService<RuleSource>().Current.Revision);
    }

    [Fact]
    public Task Memory_returns_to_where_it_was_after_some_swaps() => MemoryReturnsAsync(swaps: 30, rules: 20);

    [Fact]
    [Trait("Category", "Long")]
    public Task Memory_returns_to_where_it_was_after_many_swaps() => MemoryReturnsAsync(swaps: 200, rules: 1000);

    [Fact]
    public async Task Half_written_file_never_takes_effect_even_where_the_half_could_be_read()
    {
        var whole = Rules(2, "new");
        var half = whole[..whole.IndexOf("- { id: r1", StringComparison.Ordinal)];
        await using var proxy = await StartAsync(Rules(2, "old"));
        var current = proxy.Services.GetRequiredService<RuleSource>();

        await using (var file = new FileStream(proxy.RulesFile, FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        {
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(half));
            await file.FlushAsync();
            _clock.Advance(TimeSpan.FromMilliseconds(300));
            Assert.Equal(1, current.Current.Revision);

            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(whole[half.Length..]));
        }

        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(1, current.Current.Revision);
        _clock.Advance(Noticed);
        Assert.Equal((2, 2), (current.Current.Revision, current.Current.Rules.Count));
    }

    private async Task MemoryReturnsAsync(int swaps, int rules)
    {
        await using var proxy = await StartAsync(Rules(rules, "v0"));
        var sets = new List<WeakReference>();

        for (var swap = 0; swap < swaps; swap++)
        {
            await SwapAsync(proxy, 1, rules);
            sets.Add(Current(proxy));
        }

        // What other tests of this process hold says nothing of ours: nobody may hold a set that is no longer in force.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Single(sets.Select(set => set.Target).OfType<PreparedRules>().Distinct());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Current(RunningProxy proxy) => new(proxy.Services.GetRequiredService<RuleSource>().Current);

    private Task<RunningProxy> StartAsync(string rules) => RunningProxy.StartAsync(rules, replace: services => services.AddSingleton<TimeProvider>(_clock));

    private async Task SwapAsync(RunningProxy proxy, int swaps, int rules)
    {
        for (var swap = 0; swap < swaps; swap++)
        {
            await File.WriteAllTextAsync(proxy.RulesFile, Rules(rules, Guid.NewGuid().ToString()));
            _clock.Advance(Noticed);
        }
    }

    private static async Task SendUntilAsync(RunningProxy proxy, ConcurrentBag<int> answers, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            using var answer = await proxy.Client.GetAsync(new Uri("/r0", UriKind.Relative), CancellationToken.None);
            answers.Add((int)answer.StatusCode);
        }
    }

    private string Rules(int count, string version) =>
        $"version: authproxy/v1\ndefaults: {{ upstream: \"{_application.Address}\", authenticators: [anonymous] }}\nrules:\n"
        + string.Concat(Enumerable.Range(0, count).Select(number => $"- {{ id: r{number}, match: {{ path: /r{number} }}, mutators: [ {{ handler: header, config: {{ headers: {{ X-Version: {version} }} }} }} ] }}\n"));
}
