using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Proxy.Tests.Limits;

public sealed class TimeoutTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private readonly SlowKind _slow = new();
    private StubUpstream _upstream = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _upstream = await StubUpstream.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            defaults: { upstream: {{_upstream.Address}}, authenticators: [anonymous], timeouts: { decision: 10s } }
            rules:
              - { id: all, match: { path: "/**" } }
              - { id: hangs, match: { path: /hangs }, authorizers: [slow] }
              - { id: deaf, match: { path: /deaf }, authorizers: [ { handler: slow, config: {} } ], timeouts: { decision: 20s } }
              - { id: asks, match: { path: /asks }, authenticators: [slow] }
              - { id: silence, match: { path: /silence }, timeouts: { response: 5s } }
            """,
            replace: services => services.AddSingleton<TimeProvider>(_clock).AddSingleton<IHandlerKind<IAuthorizer>>(_slow).AddSingleton<IHandlerKind<IAuthenticator>>(_slow));
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("/hangs"), InlineData("/asks")]
    public async Task Handler_that_hangs_is_cancelled_and_the_request_refused(string path)
    {
        var answering = _proxy.Client.GetAsync(new Uri(path, UriKind.Relative));
        var cancellation = await _slow.Asked.WaitAsync(TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(cancellation.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(1));
        using var answer = await answering.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(504, (int)answer.StatusCode);
        Assert.Equal("decision-timeout", answer.Headers.GetValues("X-AuthProxy-Refusal").Single());
        Assert.True(cancellation.IsCancellationRequested);
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Yes_that_comes_too_late_is_none()
    {
        _slow.Deaf = true;
        var answering = _proxy.Client.GetAsync(new Uri("/deaf", UriKind.Relative));
        await _slow.Asked.WaitAsync(TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(20));
        _slow.Release();
        using var answer = await answering.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("decision-timeout", answer.Headers.GetValues("X-AuthProxy-Refusal").Single());
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Stream_lasts_longer_than_the_decision_may_take()
    {
        using var answer = await _proxy.Client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        _clock.Advance(TimeSpan.FromSeconds(60));
        _upstream.ReleaseEvents();

        Assert.Equal("data: 1\n\ndata: 2\n\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Upstream_has_the_time_that_the_rule_gives_it()
    {
        var answering = _proxy.Client.GetAsync(new Uri("/silence", UriKind.Relative));
        while (_upstream.Requests == 0)
        {
            await Task.Yield();
        }

        _clock.Advance(TimeSpan.FromSeconds(5));
        using var answer = await answering.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("upstream-timeout", answer.Headers.GetValues("X-AuthProxy-Refusal").Single());
    }

    [Fact]
    public async Task Client_that_leaves_cancels_the_handler_without_waiting_for_the_time()
    {
        using var leaving = new CancellationTokenSource();
        var answering = _proxy.Client.GetAsync(new Uri("/hangs", UriKind.Relative), leaving.Token);
        var cancellation = await _slow.Asked.WaitAsync(TimeSpan.FromSeconds(30));
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(cancelled.SetResult);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Waits until it is cancelled; a deaf one until it is released, and then says yes.</summary>
    private sealed class SlowKind : IHandlerKind<IAuthorizer>, IHandlerKind<IAuthenticator>, IAuthorizer, IAuthenticator
    {
        private static readonly Schema<NoSettings> Settings = NoSettings.Of("slow", "Hangs.");

        private readonly TaskCompletionSource<CancellationToken> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "slow";

        public Schema Schema => Settings;

        public bool GivesSession => false;

        public bool Deaf { get; set; }

        public Task<CancellationToken> Asked => _asked.Task;

        public void Release() => _released.SetResult();

        IAuthorizer IHandlerKind<IAuthorizer>.Prepare(HandlerPreparation preparation) => this;

        IAuthenticator IHandlerKind<IAuthenticator>.Prepare(HandlerPreparation preparation) => this;

        public async ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
        {
            _asked.TrySetResult(cancellation);
            await _released.Task.WaitAsync(Deaf ? CancellationToken.None : cancellation);
            return AuthorizationOutcome.Allowed.Instance;
        }

        public async ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
        {
            _asked.TrySetResult(cancellation);
            await _released.Task.WaitAsync(cancellation);
            return new AuthenticationOutcome.NotMine("it was released");
        }
    }
}
