using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.Ends.Bearers;

public sealed class BearerMarksTests : IDisposable
{
    private static readonly StoreKey Alice = StoreKey.Of("test"u8, "alice"u8);
    private static readonly StoreKey Login = StoreKey.Of("test"u8, "login"u8);

    private readonly FakeClock _clock = new();
    private readonly StoreDouble _store = new(new MemorySessionStore());
    private readonly BearerMarks _marks;

    public BearerMarksTests() => _marks = Marks();

    public void Dispose() => _marks.Dispose();

    [Fact]
    public async Task Bearer_counts_until_a_mark_says_otherwise()
    {
        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer(), default));

        await MarkAsync(Alice);
        await _marks.ReadOnAsync(default);

        Assert.Equal(BearerStanding.Ended, await _marks.JudgeAsync(Bearer(), default));
        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer(fromNow: 1), default));
        Assert.Equal(BearerStanding.Ended, await _marks.JudgeAsync(Bearer() with { IssuedAt = null }, default));
        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer() with { Subject = Login, Login = Alice with { A = 1 } }, default));
    }

    [Fact]
    public async Task Mark_about_a_login_spares_other_logins_of_the_subject()
    {
        await MarkAsync(Login);
        await _marks.ReadOnAsync(default);

        Assert.Equal(BearerStanding.Ended, await _marks.JudgeAsync(Bearer(), default));
        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer() with { Login = default }, default));
    }

    [Fact]
    public async Task Mark_about_everybody_is_about_everybody()
    {
        await MarkAsync(BearerMarkRecord.Everybody);
        await _marks.ReadOnAsync(default);

        Assert.Equal(BearerStanding.Ended, await _marks.JudgeAsync(Bearer() with { Subject = default, Login = default }, default));
        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer(fromNow: 1), default));
    }

    [Fact]
    public async Task Other_replica_reads_the_marks_at_its_start_and_page_by_page()
    {
        for (byte i = 0; i < 200; i++)
        {
            for (byte j = 0; j < 6; j++)
            {
                await MarkAsync(StoreKey.Of("test"u8, [i, j]));
            }
        }

        await MarkAsync(Alice);
        using var other = Marks();

        Assert.Equal(BearerStanding.Ended, await other.JudgeAsync(Bearer(), default));
    }

    [Fact]
    public async Task Replica_that_cannot_read_the_marks_decides_nothing()
    {
        _store.Fails = true;
        Assert.Equal(BearerStanding.Unknown, await _marks.JudgeAsync(Bearer(), default));

        _store.Fails = false;
        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer(), default));

        _store.Fails = true;
        _clock.Advance(BearerMarks.Patience - TimeSpan.FromSeconds(1));
        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer(), default));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(BearerStanding.Unknown, await _marks.JudgeAsync(Bearer(), default));
    }

    [Fact]
    public async Task Who_can_write_the_store_can_shut_nobody_out()
    {
        var good = new BearerMarkRecord(Some.Keys(_clock)).Make(Alice, _clock.GetUtcNow(), _clock.GetUtcNow().AddDays(1));
        await _store.AddNotBeforeAsync(good with { Key = Login }, default);
        foreach (var at in new[] { 0, 4, 12, 20, 21, 40 })
        {
            byte[] changed = [.. good.Record];
            changed[at] ^= 1;
            await _store.AddNotBeforeAsync(good with { Record = changed }, default);
        }

        await _store.AddNotBeforeAsync(good with { Record = [] }, default);
        await _store.AddNotBeforeAsync(new BearerMarkRecord(Some.Keys(_clock, "another realm")).Make(Alice, _clock.GetUtcNow(), _clock.GetUtcNow().AddDays(1)), default);
        await _marks.ReadOnAsync(default);

        Assert.Equal(BearerStanding.Good, await _marks.JudgeAsync(Bearer(), default));
    }

    [Fact]
    public async Task Mark_outlives_the_rotation_of_the_realms_key()
    {
        await MarkAsync(Alice);
        using var rotated = new BearerMarks(
            _store, new BearerMarkRecord(Some.Keys(_clock, "bank", (1, Some.Bytes(1)), (2, Some.Bytes(2)))), _clock, NullLogger<BearerMarks>.Instance);

        Assert.Equal(BearerStanding.Ended, await rotated.JudgeAsync(Bearer(), default));
    }

    [Fact]
    public async Task Mark_under_a_key_that_is_not_here_yet_is_not_passed_over()
    {
        var ahead = new BearerMarkRecord(Some.Keys(_clock, "bank", (1, Some.Bytes(1)), (2, Some.Bytes(2))));
        await _store.AddNotBeforeAsync(ahead.Make(Alice, _clock.GetUtcNow(), _clock.GetUtcNow().AddDays(1)), default);
        var behind = Some.Keys(_clock, "bank", (1, Some.Bytes(1)));
        using var marks = new BearerMarks(_store, new BearerMarkRecord(behind), _clock, NullLogger<BearerMarks>.Instance);

        Assert.Equal(BearerStanding.Unknown, await marks.JudgeAsync(Bearer(), default));
        Assert.Equal(BearerStanding.Unknown, await marks.JudgeAsync(Bearer(), default));
    }

    [Fact]
    public void More_marks_than_memory_may_hold_shut_out_everybody_who_is_older_and_let_nobody_by()
    {
        var table = new BearerMarkTable(most: 100);
        StoreKey Of(int number) => StoreKey.Of("test"u8, BitConverter.GetBytes(number));
        for (var i = 0; i < 1000; i++)
        {
            table.Add(new BearerMark(Of(i), _clock.GetUtcNow().AddSeconds(i), _clock.GetUtcNow().AddDays(1)));
        }

        Assert.InRange(table.Count, 1, 100);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(table.HasEnded(new BearerIdentity(Of(i), default, _clock.GetUtcNow().AddSeconds(i - 1), null)), $"{i}");
        }

        Assert.False(table.HasEnded(new BearerIdentity(Of(5000), default, _clock.GetUtcNow().AddSeconds(1000), null)));
    }

    [Fact]
    public void Mark_that_need_not_be_remembered_any_longer_is_dropped()
    {
        var table = new BearerMarkTable();
        table.Add(new BearerMark(Alice, _clock.GetUtcNow(), _clock.GetUtcNow().AddDays(1)));

        table.Trim(_clock.GetUtcNow().AddDays(1));

        Assert.Equal(0, table.Count);
        Assert.False(table.HasEnded(Bearer()));
    }

    private BearerMarks Marks() => new(_store, new BearerMarkRecord(Some.Keys(_clock)), _clock, NullLogger<BearerMarks>.Instance);

    private ValueTask MarkAsync(StoreKey about) =>
        _store.AddNotBeforeAsync(new BearerMarkRecord(Some.Keys(_clock)).Make(about, _clock.GetUtcNow(), _clock.GetUtcNow().AddDays(1)), default);

    private BearerIdentity Bearer(int fromNow = -10) => new(Alice, Login, _clock.GetUtcNow().AddSeconds(fromNow), null);
}
