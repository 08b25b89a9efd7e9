using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions;

public class LiveSessionsTests
{
    private const string Host = "app.example.com";

    private readonly FakeClock _clock = new();
    private readonly StoreDouble _store = new(new MemorySessionStore());
    private readonly LiveSessions _sessions;
    private readonly SessionTerminator _terminator;

    public LiveSessionsTests() => _sessions = Some.Sessions(out _terminator, _clock, _store);

    [Fact]
    public async Task What_the_login_said_is_what_the_cookie_opens()
    {
        var (begun, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);

        var session = await LiveAsync(_sessions, cookie);

        Assert.Equal(begun.Sid, session.Sid);
        Assert.Equal((Some.Issuer, "alice"), (session.Subject.Issuer, session.Subject.Id));
        Assert.Equal("Zoë", session.Claims.GetProperty("name").GetString());
        Assert.Equal(new ProviderTokens("id.to.ken", "access", "refresh", null), session.Tokens);
        Assert.Equal("p1", session.ProviderSid);
        Assert.Equal(_clock.GetUtcNow().AddHours(12), session.Subject.Session!.ExpiresAt);
    }

    [Fact]
    public async Task A_cookie_works_on_its_own_host_only()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        await LiveAsync(_sessions, cookie);

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, "vault.example.com", default));
    }

    [Fact]
    public async Task Session_of_another_realm_does_not_open()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var elsewhere = Some.Sessions(_clock, _store, Some.Keys(_clock, realm: "shop"));

        Assert.IsType<SessionLookup.None>(await elsewhere.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Stolen_store_without_the_realm_key_opens_nothing()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var thief = Some.Sessions(_clock, _store, Some.Keys(_clock, "bank", (1, Some.Bytes(2))));

        Assert.IsType<SessionLookup.None>(await thief.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Session_moved_under_another_cookie_by_who_writes_the_store_does_not_open()
    {
        var (_, victim) = await _sessions.BeginAsync(Some.Login("victim"), Host, default);
        var (_, attacker) = await _sessions.BeginAsync(Some.Login("attacker"), Host, default);
        var stolen = await _store.FindAsync(victim.StoreKey, default);
        _store.Tamper = _ => stolen!;

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(attacker, Host, default));
    }

    [Fact]
    public async Task Session_whose_end_was_put_off_by_who_writes_the_store_does_not_open()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        _store.Tamper = found =>
        {
            var longer = (byte[])found.IndexRecord.Clone();
            longer[^40] ^= 1;
            return found with { IndexRecord = longer };
        };

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Host, default));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Every_changed_byte_of_record_or_wrap_is_noticed(bool wrap)
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var length = (await _store.FindAsync(cookie.StoreKey, default)) is { } found ? (wrap ? found.Wrap : found.SealedRecord).Length : 0;
        for (var at = 0; at < length; at++)
        {
            _store.Tamper = original => wrap
                ? original with { Wrap = Flip(original.Wrap, at) }
                : original with { SealedRecord = Flip(original.SealedRecord, at) };
            Assert.True(await OpensNothingAsync(cookie), $"byte {at} can be changed");
        }

        _store.Tamper = original => original with { Wrap = [], SealedRecord = [], IndexRecord = [] };
        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Session_fixation_each_login_gets_a_secret_and_an_id_of_its_own()
    {
        var (first, firstCookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var (second, secondCookie) = await _sessions.BeginAsync(Some.Login(), Host, default);

        Assert.NotEqual(first.Sid, second.Sid);
        Assert.NotEqual(firstCookie.Text, secondCookie.Text);
    }

    [Fact]
    public async Task Unused_session_expires_and_a_used_one_lives_on()
    {
        var (_, used) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var (_, unused) = await _sessions.BeginAsync(Some.Login(), Host, default);

        _clock.Advance(TimeSpan.FromMinutes(50));
        await LiveAsync(_sessions, used);
        _clock.Advance(TimeSpan.FromMinutes(10));

        await LiveAsync(_sessions, used);
        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(unused, Host, default));
    }

    [Fact]
    public async Task Busiest_session_ends_at_its_absolute_limit()
    {
        var (session, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        for (var minutes = 0; minutes < (12 * 60) - 30; minutes += 30)
        {
            _clock.Advance(TimeSpan.FromMinutes(30));
            await LiveAsync(_sessions, cookie);
        }

        _clock.Advance(TimeSpan.FromMinutes(30));

        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(cookie, Host, default));
        Assert.True(await _store.IsEndedAsync(session.Sid, default));
    }

    [Fact]
    public async Task Idle_end_is_put_off_at_most_once_a_minute()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        for (var seconds = 0; seconds < 180; seconds += 5)
        {
            await LiveAsync(_sessions, cookie);
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(2, _store.Touches);
    }

    [Fact]
    public async Task Store_that_only_fails_to_touch_logs_nobody_out()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        _clock.Advance(TimeSpan.FromMinutes(5));
        _store.FailsToTouch = true;

        await LiveAsync(_sessions, cookie);
    }

    [Fact]
    public async Task Requests_of_the_same_moment_ask_the_store_once()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);

        await LiveAsync(_sessions, cookie);
        await LiveAsync(_sessions, cookie);
        Assert.Equal(1, _store.Finds);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await LiveAsync(_sessions, cookie);
        Assert.Equal(2, _store.Finds);
    }

    [Fact]
    public async Task Session_of_which_news_arrive_is_read_again_when_its_touch_is_due()
    {
        var opened = new OpenedSessions(_clock, NewsStanding.OnlyProcess());
        var sessions = Some.Sessions(_clock, _store, opened: opened);
        var (_, cookie) = await sessions.BeginAsync(Some.Login(), Host, default);
        for (var seconds = 0; seconds < 600; seconds += 5)
        {
            await LiveAsync(sessions, cookie);
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(10, _store.Finds);
        Assert.Equal(9, _store.Touches);
    }

    [Fact]
    public async Task Rotated_realm_key_logs_nobody_out_and_rewraps_at_the_next_touch()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        _clock.Advance(TimeSpan.FromMinutes(2));

        await LiveAsync(Some.Sessions(_clock, _store, Some.Keys(_clock, "bank", (1, Some.Bytes(1)), (2, Some.Bytes(2)))), cookie);

        await LiveAsync(Some.Sessions(_clock, _store, Some.Keys(_clock, "bank", (2, Some.Bytes(2)))), cookie);
    }

    [Fact]
    public async Task Session_under_a_key_that_has_not_arrived_here_yet_is_no_logout()
    {
        var (_, cookie) = await Some.Sessions(_clock, _store, Some.Keys(_clock, "bank", (1, Some.Bytes(1)), (2, Some.Bytes(2)))).BeginAsync(Some.Login(), Host, default);

        await Assert.ThrowsAsync<SessionStoreException>(async () => await _sessions.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Session_under_a_key_that_was_removed_is_over()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);

        Assert.IsType<SessionLookup.None>(await Some.Sessions(_clock, _store, Some.Keys(_clock, "bank", (2, Some.Bytes(2)))).FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Session_gets_a_cookie_on_another_host_and_ends_there_too()
    {
        var (session, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var recordKey = await _sessions.TakeRecordKeyAsync(cookie, Host, default);

        var carried = await _sessions.AdmitAsync(session.Sid, recordKey!, "vault.example.com", default);

        Assert.IsType<SessionLookup.Live>(await _sessions.FindAsync(carried!, "vault.example.com", default));
        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(carried!, Host, default));

        await _terminator.EndAsync(session, SessionEndReason.Logout, default);
        Assert.IsType<SessionLookup.None>(await _sessions.FindAsync(carried!, "vault.example.com", default));
        Assert.Null(await _sessions.AdmitAsync(session.Sid, recordKey!, "vault.example.com", default));
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_no_logout()
    {
        var (_, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        _store.Fails = true;

        await Assert.ThrowsAsync<SessionStoreException>(async () => await _sessions.FindAsync(cookie, Host, default));
    }

    [Fact]
    public async Task Cookie_tossing_planted_garbage_beside_the_cookie_is_survived()
    {
        var (session, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var planted = $"__Host-authproxy={CookieSecret.New().Text}";

        var found = await _sessions.FindAsync(Some.CookieHeader($"{planted}; a=b; __Host-authproxy={cookie.Text}; __Host-authproxy=x"), Host, default);

        Assert.Equal(session.Sid, Assert.IsType<SessionLookup.Live>(found).Session.Sid);
    }

    [Fact]
    public async Task Cookie_tossing_a_second_living_session_is_refused_and_not_chosen()
    {
        var (_, mine) = await _sessions.BeginAsync(Some.Login(), Host, default);
        var (_, attackers) = await _sessions.BeginAsync(Some.Login("mallory"), Host, default);

        Assert.IsType<SessionLookup.Ambiguous>(
            await _sessions.FindAsync(Some.CookieHeader($"__Host-authproxy={attackers.Text}", $"__Host-authproxy={mine.Text}"), Host, default));
    }

    [Fact]
    public async Task Printed_by_accident_neither_secret_nor_session_tells_anything()
    {
        var (session, cookie) = await _sessions.BeginAsync(Some.Login(), Host, default);

        Assert.DoesNotContain(cookie.Text, cookie.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("access", $"{session} {session.Tokens} {Some.Login()}", StringComparison.Ordinal);
    }

    private async Task<bool> OpensNothingAsync(CookieSecret cookie)
    {
        try
        {
            return await _sessions.FindAsync(cookie, Host, default) is SessionLookup.None;
        }
        catch (SessionStoreException)
        {
            // A version of the key that may be still to come.
            return true;
        }
    }

    private static async Task<Session> LiveAsync(LiveSessions sessions, CookieSecret cookie) =>
        Assert.IsType<SessionLookup.Live>(await sessions.FindAsync(cookie, Host, default)).Session;

    private static byte[] Flip(byte[] bytes, int at)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] ^= 0x10;
        return changed;
    }
}
