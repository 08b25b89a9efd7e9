using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class GrantCacheTests
{
    private const string Token = "lunasec-00000000-0000-4000-8000-000000000001";
    private readonly FakeClock _clock = new();
    private readonly GrantCache _cache;
    private readonly SessionIdentity _session;

    public GrantCacheTests()
    {
        _cache = new GrantCache(_clock, 1000);
        _session = new SessionIdentity("alice-1", _clock.GetUtcNow().AddHours(1));
    }

    [Fact]
    public void Yes_is_remembered_for_less_than_a_second()
    {
        _cache.Remember(_session, Token, _clock.GetUtcNow(), _clock.GetUtcNow().AddMinutes(15));

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True(_cache.Holds(_session, Token));

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_cache.Holds(_session, Token));
    }

    [Fact]
    public void Second_counts_from_the_question_not_from_the_late_answer()
    {
        var askedAt = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromMilliseconds(900));

        _cache.Remember(_session, Token, askedAt, askedAt.AddMinutes(15));
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.False(_cache.Holds(_session, Token));
    }

    [Fact]
    public void Yes_is_not_remembered_past_the_grant_itself()
    {
        _cache.Remember(_session, Token, _clock.GetUtcNow(), _clock.GetUtcNow().AddMilliseconds(200));

        _clock.Advance(TimeSpan.FromMilliseconds(200));

        Assert.False(_cache.Holds(_session, Token));
    }

    [Fact]
    public void Another_session_or_token_finds_nothing()
    {
        _cache.Remember(_session, Token, _clock.GetUtcNow(), _clock.GetUtcNow().AddMinutes(15));

        Assert.False(_cache.Holds(_session with { Sid = "alice-2" }, Token));
        Assert.False(_cache.Holds(_session, Token.Replace('1', '2')));
    }

    [Fact]
    public void Flood_of_tokens_does_not_grow_it_past_its_bound()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _cache.Remember(_session, $"token-{i}", _clock.GetUtcNow(), _clock.GetUtcNow().AddMinutes(15));
        }

        Assert.InRange(_cache.Count, 500, 1000);
        Assert.True(_cache.Holds(_session, "token-9999"));
    }

    [Fact]
    public async Task Many_threads_neither_break_nor_outgrow_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 3_000; i++)
            {
                _cache.Remember(_session, $"{worker}-{i}", _clock.GetUtcNow(), _clock.GetUtcNow().AddMinutes(15));
                Assert.False(_cache.Holds(_session, $"{worker}-{i}-never"));
            }
        })));

        Assert.InRange(_cache.Count, 500, 1010);
    }
}
