using System.Collections.Concurrent;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Ends.Bearers;

public sealed class BearersInUseTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly TokenizerDouble _tokenizer = new();
    private readonly BearerSessions _sessions = new(new BearerKey(new byte[32]));
    private readonly BearerMarks _marks;
    private readonly BearerEnds _ends;
    private readonly BearersInUse _inUse;

    public BearersInUseTests()
    {
        var store = new MemorySessionStore();
        var records = new BearerMarkRecord(Some.Keys(_clock));
        _marks = new BearerMarks(store, records, _clock, NullLogger<BearerMarks>.Instance);
        Some.Sessions(out var terminator, _clock, store, tokenizer: _tokenizer);
        _ends = new BearerEnds(
            store, records, _marks, terminator, _sessions, Some.News(_marks), _clock, NullLogger<BearerEnds>.Instance);
        _inUse = new BearersInUse(_marks, _ends, _clock, _tokenizer);
    }

    public void Dispose() => _marks.Dispose();

    [Fact]
    public async Task Tokenizer_learns_of_the_end_of_a_subjects_bearers_before_they_come_again()
    {
        Use("alice", "first");
        Use("alice", "second");
        Use("bob", "his");

        await EndAsync("alice");

        await UntilAsync(() => _tokenizer.Ended.Count == 2);
        Assert.Equal(["first", "second"], _tokenizer.Ended.Order());
    }

    [Fact]
    public async Task Bearer_that_was_issued_since_goes_on()
    {
        Use("alice", "old");
        await EndAsync("alice");
        await UntilAsync(() => _tokenizer.Ended.Count == 1);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Use("alice", "new");
        await EndAsync("bob");

        await Task.Delay(50);
        Assert.Equal(["old"], _tokenizer.Ended);
    }

    [Fact]
    public async Task End_of_everybody_is_told_of_each()
    {
        for (var one = 0; one < 100; one++)
        {
            Use($"subject-{one}", $"session-{one}");
        }

        await _ends.EndEverybodyAsync(_clock.GetUtcNow().AddSeconds(1), default);

        await UntilAsync(() => _tokenizer.Ended.Count == 100);
    }

    [Fact]
    public async Task Refreshed_token_of_the_same_login_does_not_hide_the_older_one()
    {
        Use("alice", "login");
        _clock.Advance(TimeSpan.FromMinutes(2));
        Use("alice", "login");

        await _ends.EndSubjectAsync(Some.Issuer, "alice", _clock.GetUtcNow().AddMinutes(-1), default);

        await UntilAsync(() => _tokenizer.Ended.Count == 1);
    }

    [Fact]
    public async Task Flood_of_bearers_takes_bounded_memory_and_the_next_one_is_kept_in_mind()
    {
        for (var one = 0; one <= BearersInUse.Most; one++)
        {
            Use("mallory", $"session-{one}");
        }

        Use("alice", "hers");
        await EndAsync("alice");

        await UntilAsync(() => _tokenizer.Ended.Count == 1);
    }

    private void Use(string subject, string sid)
    {
        var now = _clock.GetUtcNow();
        var expires = now.AddMinutes(10);
        _inUse.Note(_sessions.IdentityOf(Some.Issuer, subject, sid, now, expires), new SessionIdentity(sid, expires));
    }

    private ValueTask EndAsync(string subject) => _ends.EndSubjectAsync(Some.Issuer, subject, _clock.GetUtcNow().AddSeconds(1), default);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var patience = 0; !isSo(); patience++)
        {
            Assert.True(patience < 2000, "it does not come about");
            await Task.Delay(5);
        }
    }

    private sealed class TokenizerDouble : ITokenizerSessions
    {
        public ConcurrentBag<string> Ended { get; } = [];

        public ValueTask<bool> EndAsync(string sid, DateTimeOffset until, CancellationToken cancellation)
        {
            Ended.Add(sid);
            return new(true);
        }
    }
}
