using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Outage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions;

/// <summary>What runs beside requests reads what others may have written. A fault there that nobody thought of would stop the whole process, and every replica alike.</summary>
public class UnexpectedFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly StoreDouble _store = new(new MemorySessionStore()) { Unexpected = new ArgumentOutOfRangeException() };

    [Fact]
    public Task Sweeper_survives_it()
    {
        var opened = Some.Opened(TimeProvider.System);
        Some.Sessions(out var terminator, TimeProvider.System, _store, opened: opened);
        return SurvivesAsync(new SessionSweeper(
            _store, terminator, opened, Some.Keys(TimeProvider.System), Some.StoreClock(), TimeProvider.System,
            NullLogger<SessionSweeper>.Instance));
    }

    [Fact]
    public Task Delivery_of_ends_survives_it() => SurvivesAsync(Some.Delivery(_store, TimeProvider.System, new Deaf()));

    [Fact]
    public Task Reading_of_marks_survives_it() => SurvivesAsync(new BearerMarks(
        _store, new BearerMarkRecord(Some.Keys(TimeProvider.System)), TimeProvider.System, NullLogger<BearerMarks>.Instance));

    [Fact]
    public Task Watch_survives_it()
    {
        var reach = new StoreReach(TimeProvider.System);
        reach.Failed();
        return SurvivesAsync(new SessionWatch(
            _store, reach, NewsStanding.OfChannel(), new NewsHandlers([], NullLogger<NewsHandlers>.Instance), Some.PutOff(_store, TimeProvider.System), Some.Settings,
            Some.Metrics(), TimeProvider.System, NullLogger<SessionWatch>.Instance));
    }

    private async Task SurvivesAsync(BackgroundService service)
    {
        await service.StartAsync(default);
        for (var waited = 0; waited < Patience.TotalMilliseconds && _store.Calls == 0; waited += 10)
        {
            await Task.Delay(10);
        }

        Assert.True(_store.Calls > 0);
        await Task.Delay(50);
        Assert.False(service.ExecuteTask!.IsCompleted);
        await service.StopAsync(default);
        service.Dispose();
    }

    private sealed class Deaf : ITokenizerSessions
    {
        public ValueTask<bool> EndAsync(string sid, DateTimeOffset until, CancellationToken cancellation) => ValueTask.FromResult(false);
    }
}
