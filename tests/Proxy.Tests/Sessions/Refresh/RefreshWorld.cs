using System.Diagnostics;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.Refresh;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Refresh;

/// <summary>Replicas over one store and one provider, and a session whose access token lives for five minutes.</summary>
internal sealed class RefreshWorld
{
    public const string Host = "app.example.com";

    public RefreshWorld()
    {
        Provider = new RotatingProvider(Clock);
        (Near, Far) = (new Replica(this), new Replica(this));
    }

    public FakeClock Clock { get; } = new();

    public StoreDouble Store { get; } = new(new MemorySessionStore());

    public RotatingProvider Provider { get; }

    public Replica Near { get; }

    public Replica Far { get; }

    /// <summary>A login, as a request finds it.</summary>
    public async Task<SessionLookup.Live> SignInAsync(string? refreshToken = "refresh", TimeSpan? life = null)
    {
        var now = Clock.GetUtcNow();
        var tokens = new ProviderTokens("id.to.ken", "access", refreshToken, now + (life ?? TimeSpan.FromMinutes(5))) { ReceivedAt = now };
        var (session, cookie) = await Near.Sessions.BeginAsync(Some.Login() with { Tokens = tokens }, Host, default);
        return new SessionLookup.Live(session, cookie);
    }

    /// <summary>What is stored of a login now; null where it is over.</summary>
    public async Task<Session?> StoredAsync(SessionLookup.Live login)
    {
        using var read = await Near.Sessions.ReadAsync(login.Cookie, Host, default);
        return read?.Session;
    }

    /// <summary>Turns the clock, again and again, until something has come about that happens on other threads.</summary>
    public Task UntilAsync(Func<bool> isSo, TimeSpan step = default) => UntilAsync(() => Task.FromResult(isSo()), step);

    /// <inheritdoc cref="UntilAsync(Func{bool}, TimeSpan)"/>
    public async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan step = default)
    {
        var patience = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), "it does not come about");
            Clock.Advance(step);
            await Task.Delay(1);
        }
    }

    /// <summary>The outcome of something that waits for the clock.</summary>
    public async Task<T> OfAsync<T>(Task<T> task, TimeSpan step)
    {
        await UntilAsync(() => task.IsCompleted, step);
        return await task;
    }

    internal sealed class Replica
    {
        private readonly RefreshWorld _world;

        public Replica(RefreshWorld world)
        {
            _world = world;
            Signals = new RefreshSignals(world.Clock);
            Sessions = Some.Sessions(out var terminator, world.Clock, world.Store, listeners: Signals);
            Terminator = terminator;
            var renewed = new RenewedTokens(world.Store, Sessions, world.Clock, NullLogger<RenewedTokens>.Instance);
            var flight = new RefreshFlight(world.Store, Sessions, terminator, world.Provider, renewed, Signals, Metrics, world.Clock, NullLogger<RefreshFlight>.Instance);
            Refresher = new SessionRefresher(terminator, flight, world.Provider, Metrics, world.Clock, NullLogger<SessionRefresher>.Instance);
        }

        public RefreshSignals Signals { get; }

        public LiveSessions Sessions { get; }

        public SessionTerminator Terminator { get; }

        public RefreshMetrics Metrics { get; } = new();

        public SessionRefresher Refresher { get; }

        /// <summary>A request that needs the access token.</summary>
        public Task<FreshnessOutcome> NeedAsync(SessionLookup.Live login, CancellationToken cancellation = default) =>
            Refresher.EnsureAsync(login, Host, cancellation).AsTask();

        /// <summary>Any request of the session.</summary>
        public Task<FreshnessOutcome?> UseAsync(SessionLookup.Live login) => Refresher.AdmitAsync(login, Host, default).AsTask();

        public async Task<string?> TokenAsync(SessionLookup.Live login) =>
            Assert.IsType<FreshnessOutcome.Fresh>(await _world.OfAsync(NeedAsync(login), TimeSpan.FromMilliseconds(20))).Session.Tokens.AccessToken;
    }
}
