using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Proxy.Sessions;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions;

public class OpenedSessionsTests
{
    private const string Host = "app.example.com";

    private readonly FakeClock _clock = new();

    [Fact]
    public void Copies_stay_within_their_bytes()
    {
        var opened = new OpenedSessions(_clock, maximumBytes: 10_000);
        for (var i = 0; i < 1000; i++)
        {
            opened.Keep(Key(), Host, Session($"s{i}"), 1000, opened.Ends);
            Assert.InRange(opened.Count, 0, 10);
        }
    }

    [Fact]
    public void Copy_too_large_for_the_budget_is_not_kept()
    {
        var opened = new OpenedSessions(_clock, maximumBytes: 10_000);
        opened.Keep(Key(), Host, Session("s"), 9000, opened.Ends);

        Assert.Equal(0, opened.Count);
    }

    [Fact]
    public void Copy_counts_for_a_moment_only_and_is_then_forgotten()
    {
        var opened = new OpenedSessions(_clock);
        var key = Key();
        opened.Keep(key, Host, Session("s"), 100, opened.Ends);
        Assert.NotNull(opened.Find(key, Host));
        Assert.Null(opened.Find(key, "other.example.com"));

        _clock.Advance(OpenedSessions.Confirmed);
        Assert.Null(opened.Find(key, Host));

        opened.Trim();
        Assert.Equal(0, opened.Count);
    }

    [Fact]
    public void What_was_read_before_an_end_is_not_kept_after_it()
    {
        var opened = new OpenedSessions(_clock);
        var before = opened.Ends;
        opened.Drop("s");

        opened.Keep(Key(), Host, Session("s"), 100, before);

        Assert.Equal(0, opened.Count);
    }

    private static StoreKey Key() => StoreKey.From(RandomNumberGenerator.GetBytes(32));

    private Session Session(string sid) => new(
        sid, Some.Issuer, "alice", JsonDocument.Parse("{}").RootElement, ProviderTokens.None, null,
        _clock.GetUtcNow(), _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(1));
}
