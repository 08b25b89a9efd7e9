using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class GrantCacheTests
{
    private const string Token = "lunasec-00000000-0000-4000-8000-000000000001";
    private readonly FakeClock clock = new();
    private readonly GrantCache cache;
    private readonly SessionIdentity session;

    public GrantCacheTests()
    {
        cache = new GrantCache(clock, 1000);
        session = new SessionIdentity("alice-1", clock.GetUtcNow().AddHours(1));
    }

    [Fact]
    public void Yes_is_remembered_for_less_than_a_second()
    {
        cache.Remember(session, Token, clock.GetUtcNow(), clock.GetUtcNow().AddMinutes(15));

        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True(cache.Holds(session, Token));

        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(cache.Holds(session, Token));
    }

    [Fact]
    public void Second_counts_from_the_question_not_from_the_late_answer()
    {
        var askedAt = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromMilliseconds(900));

        cache.Remember(session, Token, askedAt, askedAt.AddMinutes(15));
        clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.False(cache.Holds(session, Token));
    }

    [Fact]
    public void Yes_is_not_remembered_past_the_grant_itself()
    {
        cache.Remember(session, Token, clock.GetUtcNow(), clock.GetUtcNow().AddMilliseconds(200));

        clock.Advance(TimeSpan.FromMilliseconds(200));

        Assert.False(cache.Holds(session, Token));
    }

    [Fact]
    public void Another_session_or_token_finds_nothing()
    {
        cache.Remember(session, Token, clock.GetUtcNow(), clock.GetUtcNow().AddMinutes(15));

        Assert.False(cache.Holds(session with { Sid = "alice-2" }, Token));
        Assert.False(cache.Holds(session, Token.Replace('1', '2')));
    }

    [Fact]
    public void Flood_of_tokens_does_not_grow_it_past_its_bound()
    {
        for (var i = 0; i < 10_000; i++)
        {
            cache.Remember(session, $"token-{i}", clock.GetUtcNow(), clock.GetUtcNow().AddMinutes(15));
        }

        Assert.InRange(cache.Count, 500, 1000);
        Assert.True(cache.Holds(session, "token-9999"));
    }

    [Fact]
    public async Task Many_threads_neither_break_nor_outgrow_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 3_000; i++)
            {
                cache.Remember(session, $"{worker}-{i}", clock.GetUtcNow(), clock.GetUtcNow().AddMinutes(15));
                Assert.False(cache.Holds(session, $"{worker}-{i}-never"));
            }
        })));

        Assert.InRange(cache.Count, 500, 1010);
    }
}
