using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Tests.Sessions.News;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Ends;

public class SessionTerminatorTests
{
    private const string Host = "app.example.com";

    private readonly FakeClock _clock = new();
    private readonly StoreDouble _store = new(new MemorySessionStore());
    private readonly LiveSessions _sessions;
    private readonly SessionTerminator _terminator;

    public SessionTerminatorTests() => _sessions = Some.Sessions(out _terminator, _clock, _store);

    [Fact]
    public async Task End_that_others_may_not_hear_of_is_not_reported_as_done()
    {
        var sessions = Some.Sessions(out var terminator, _clock, _store, news: new Unheard());
        var (session, cookie) = await sessions.BeginAsync(Some.Login(), Host, default);

        await Assert.ThrowsAsync<SessionStoreException>(async () => await terminator.EndAsync(session, SessionEndReason.Logout, default));

        Assert.IsType<SessionLookup.None>(await sessions.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task End_whose_answer_was_lost_has_everybody_ask_the_store_again()
    {
        var broker = new Broker(_clock);
        var (here, elsewhere) = (new Replica(_clock, broker), new Replica(_clock, broker));
        for (var beats = 0; beats < 3; beats++)
        {
            await here.BeatAsync();
            await elsewhere.BeatAsync();
        }

        var ending = Some.Sessions(out var terminator, _clock, _store, opened: here.Opened, news: here.Exchange);
        var serving = Some.Sessions(_clock, _store, opened: elsewhere.Opened, news: elsewhere.Exchange);
        var (session, cookie) = await ending.BeginAsync(Some.Login(), Host, default);
        await AssertLiveAsync(serving, cookie);
        _store.LosesAnswersOfEnds = true;

        await Assert.ThrowsAsync<SessionStoreException>(async () => await terminator.EndAsync(session, SessionEndReason.Logout, default));

        Assert.True(elsewhere.IsConfirmed);
        Assert.Contains(new SessionNews.Changed(session.Sid), elsewhere.Listening.Heard);
        Assert.IsType<SessionLookup.None>(await serving.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Tab_that_is_closed_while_its_session_ends_keeps_nobody_from_hearing_of_it()
    {
        var listening = new Listening();
        var sessions = Some.Sessions(out var terminator, _clock, _store, listeners: listening);
        var (session, _) = await sessions.BeginAsync(Some.Login(), Host, default);
        using var closed = new CancellationTokenSource();
        _store.WhileEnding = closed.Cancel;

        await terminator.EndAsync(session, SessionEndReason.Logout, closed.Token);

        Assert.Contains(listening.Heard, news => news is SessionNews.Ended ended && ended.Sid == session.Sid);
    }

    [Fact]
    public async Task End_takes_effect_with_the_next_request()
    {
        var (session, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        await AssertLiveAsync(_sessions, cookie);

        await _terminator.EndAsync(session, SessionEndReason.Logout, default);

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task End_beats_a_request_that_is_reading_the_session_just_then()
    {
        var (session, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        _store.WhileFinding = async () =>
        {
            _store.WhileFinding = null;
            await _terminator.EndAsync(session, SessionEndReason.Logout, default);
        };
        await _sessions.FindAsync(cookie, Host, default);

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Sessions_of_a_subject_end_together_whatever_key_version_they_began_under()
    {
        var (_, old) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var rotated = Some.Sessions(out var terminator, _clock, _store, Some.Keys(_clock, "bank", (1, Some.Bytes(1)), (2, Some.Bytes(2))));
        var (_, young) = await rotated.BeginAsync(Some.Login(), Host, default);
        var (_, others) = await rotated.BeginAsync(Some.Login("bob"), Host, default);

        Assert.Equal(2, await terminator.EndAllOfSubjectAsync(Some.Issuer, "alice", SessionEndReason.Operator, default));

        Assert.IsType<SessionLookup.None>(await rotated.FindAsync(old, Host, default));
        Assert.IsType<SessionLookup.None>(await rotated.FindAsync(young, Host, default));
        await AssertLiveAsync(rotated, others);
    }

    [Fact]
    public async Task Sessions_of_a_provider_session_end_together()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(providerSid: "p1"), Host, default);
        var (_, other) = await _sessions.BeginAsync(Some.Login(providerSid: "p2"), Host, default);

        Assert.Equal(1, await _terminator.EndAllOfProviderSessionAsync(Some.Issuer, "p1", SessionEndReason.Operator, default));

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Host, default));
        await AssertLiveAsync(_sessions, other);
    }

    [Fact]
    public async Task Same_name_at_another_issuer_is_somebody_else()
    {
        await _sessions.BeginAsync(Some.Login(), Host, default);

        Assert.Equal(0, await _terminator.EndAllOfSubjectAsync("https://other.example.com", "alice", SessionEndReason.Operator, default));
    }

    private static async Task AssertLiveAsync(LiveSessions sessions, CookieSecret cookie) =>
        Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Host, default));

    private sealed class Unheard : ISessionNews
    {
        public ValueTask<bool> PublishAsync(SessionNews news, CancellationToken cancellation) => new(false);
    }
}
