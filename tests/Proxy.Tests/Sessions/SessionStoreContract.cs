using System.Security.Cryptography;
using AuthProxy.Proxy.Sessions;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions;

/// <summary>What every session store has to do; one class below it for each store.</summary>
public abstract class SessionStoreContract
{
    private const string Host = "app.example.com";

    private readonly FakeClock _clock = new();

    private protected abstract ISessionStore Store { get; }

    /// <summary>How long a lease is held; a store that goes by its own clock makes tests wait for it.</summary>
    private protected virtual TimeSpan Lease => TimeSpan.FromSeconds(10);

    /// <summary>A lease that no test outlives, however long a busy machine makes it wait.</summary>
    private TimeSpan LongLease => 100 * Lease;

    private protected virtual Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_was_created_is_found_under_its_cookie()
    {
        var index = Index("s1");
        var cookie = Cookie("s1");
        await Store.CreateAsync(index, [1, 2, 3], cookie, default);

        var found = await Store.FindAsync(cookie.Key, default);

        Assert.NotNull(found);
        Assert.Equal("s1", found.Sid);
        Assert.Equal(cookie.Wrap, found.Wrap);
        Assert.Equal([1, 2, 3], found.SealedRecord);
        Assert.Equal(index.Record, found.IndexRecord);
    }

    [Fact]
    public async Task Nothing_is_found_under_an_unknown_cookie() => Assert.Null(await Store.FindAsync(Key(), default));

    [Fact]
    public async Task A_session_is_created_once()
    {
        await Store.CreateAsync(Index("s1"), [1], Cookie("s1"), default);

        await Assert.ThrowsAsync<SessionStoreException>(async () => await Store.CreateAsync(Index("s1"), [2], Cookie("s1"), default));
    }

    [Fact]
    public async Task Ended_session_is_found_under_none_of_its_cookies()
    {
        var (first, second) = (Cookie("s1"), Cookie("s1", "vault.example.com"));
        await Store.CreateAsync(Index("s1"), [1], first, default);
        Assert.True(await Store.AddCookieAsync(second, default));

        Assert.True(await Store.EndAsync(End("s1"), default));

        Assert.Null(await Store.FindAsync(first.Key, default));
        Assert.Null(await Store.FindAsync(second.Key, default));
        Assert.True(await Store.IsEndedAsync("s1", default));
    }

    [Fact]
    public async Task Ending_twice_ends_once()
    {
        await Store.CreateAsync(Index("s1"), [1], Cookie("s1"), default);

        Assert.True(await Store.EndAsync(End("s1"), default));
        Assert.False(await Store.EndAsync(End("s1"), default));
    }

    [Fact]
    public async Task Ended_session_takes_no_further_cookie()
    {
        await Store.CreateAsync(Index("s1"), [1], Cookie("s1"), default);
        await Store.EndAsync(End("s1"), default);

        Assert.False(await Store.AddCookieAsync(Cookie("s1"), default));
    }

    [Fact]
    public async Task Ended_session_cannot_be_created_again()
    {
        await Store.EndAsync(End("s1"), default);

        await Assert.ThrowsAsync<SessionStoreException>(async () => await Store.CreateAsync(Index("s1"), [1], Cookie("s1"), default));
    }

    [Fact]
    public async Task Touching_an_ended_session_does_not_revive_it()
    {
        var cookie = Cookie("s1");
        await Store.CreateAsync(Index("s1"), [1], cookie, default);
        await Store.EndAsync(End("s1"), default);

        await Store.TouchAsync(Index("s1"), cookie, default);

        Assert.Null(await Store.FindAsync(cookie.Key, default));
    }

    [Fact]
    public async Task Touch_replaces_index_and_wrap()
    {
        var cookie = Cookie("s1");
        await Store.CreateAsync(Index("s1"), [1], cookie, default);
        var (touched, rewrapped) = (Index("s1"), cookie with { Wrap = [9] });

        await Store.TouchAsync(touched, rewrapped, default);

        var found = await Store.FindAsync(cookie.Key, default);
        Assert.Equal(touched.Record, found!.IndexRecord);
        Assert.Equal([9], found.Wrap);
    }

    [Fact]
    public async Task Oldest_cookies_of_a_host_give_way_and_those_of_other_hosts_stay()
    {
        var other = Cookie("s1", "other.example.com");
        var first = Cookie("s1");
        await Store.CreateAsync(Index("s1"), [1], other, default);
        await Store.AddCookieAsync(first, default);

        var later = Enumerable.Range(0, StoredCookie.MaximumPerHost).Select(_ => Cookie("s1")).ToList();
        foreach (var cookie in later)
        {
            await Store.AddCookieAsync(cookie, default);
        }

        Assert.Null(await Store.FindAsync(first.Key, default));
        Assert.NotNull(await Store.FindAsync(other.Key, default));
        Assert.All(later, cookie => Assert.NotNull(Store.FindAsync(cookie.Key, default).AsTask().GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task Mark_is_given_to_one_caller_only()
    {
        var mark = Key();
        var until = Now.AddMinutes(10);

        var tries = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Store.TryMarkOnceAsync(mark, Now, until, default))));

        Assert.Single(tries, won => won);
        Assert.True(await Store.TryMarkOnceAsync(mark, until, until.AddMinutes(10), default));
        Assert.False(await Store.TryMarkOnceAsync(mark, until, until.AddMinutes(10), default));
    }

    [Fact]
    public async Task Sessions_are_listed_by_subject_and_by_provider_session()
    {
        var (subject, provider) = (Key(), Key());
        await Store.CreateAsync(Index("s1", subject, provider), [1], Cookie("s1"), default);
        await Store.CreateAsync(Index("s2", subject), [1], Cookie("s2"), default);
        await Store.CreateAsync(Index("s3"), [1], Cookie("s3"), default);

        Assert.Equal(["s1", "s2"], Sids(await Store.ListAsync([Key(), subject], 10, default)));
        Assert.Equal(["s1"], Sids(await Store.ListAsync([provider], 10, default)));
        Assert.Single(await Store.ListAsync([subject], 1, default));
    }

    [Fact]
    public async Task Sessions_that_are_over_are_listed_as_gone()
    {
        await Store.CreateAsync(Index("idle", idleUntil: Now.AddMinutes(30)), [1], Cookie("idle"), default);
        await Store.CreateAsync(Index("busy", idleUntil: Now.AddHours(2)), [1], Cookie("busy"), default);

        Assert.Empty(await Store.ListGoneAsync(Now, 10, default));
        Assert.Equal(["idle"], Sids(await Store.ListGoneAsync(Now.AddMinutes(30), 10, default)));
    }

    [Fact]
    public async Task Tombstone_stays_for_the_longest_time_it_was_asked_for_and_is_swept_then()
    {
        await Store.EndAsync(End("s1", Now.AddHours(2)), default);
        await Store.EndAsync(End("s1", Now.AddHours(1)), default);

        await Store.SweepAsync(Now.AddHours(1), 100, default);
        Assert.True(await Store.IsEndedAsync("s1", default));

        Assert.Equal(1, await Store.SweepAsync(Now.AddHours(2), 100, default));
        Assert.False(await Store.IsEndedAsync("s1", default));
    }

    [Fact]
    public async Task Sweeping_goes_in_small_batches()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.TryMarkOnceAsync(Key(), Now, Now.AddMinutes(1), default);
            await Store.EndAsync(End($"s{i}", Now.AddMinutes(1)), default);
        }

        Assert.Equal(4, await Store.SweepAsync(Now.AddMinutes(1), 4, default));
        Assert.Equal(4, await Store.SweepAsync(Now.AddMinutes(1), 4, default));
        Assert.Equal(2, await Store.SweepAsync(Now.AddMinutes(1), 4, default));
    }

    [Fact]
    public async Task End_is_to_be_delivered_until_it_is_acknowledged()
    {
        await Store.EndAsync(End("s1") with { TellTokenizer = true }, default);
        await Store.EndAsync(End("s2"), default);

        Assert.Equal("s1", Assert.Single(await Store.ListUndeliveredAsync(Now, 10, default)).Sid);

        await Store.PostponeAsync("s1", Now.AddSeconds(1), default);
        Assert.Empty(await Store.ListUndeliveredAsync(Now, 10, default));
        Assert.Equal(1, Assert.Single(await Store.ListUndeliveredAsync(Now.AddSeconds(1), 10, default)).Attempts);

        await Store.AcknowledgeAsync("s1", default);
        Assert.Empty(await Store.ListUndeliveredAsync(Now.AddDays(1), 10, default));
    }

    [Fact]
    public async Task Record_is_replaced_by_the_holder_of_its_lease_and_the_revision_counts_it()
    {
        var (cookie, replaced) = (Cookie("s1"), Index("s1"));
        await Store.CreateAsync(Index("s1"), [1], cookie, default);
        Assert.Equal(0, (await Store.FindAsync(cookie.Key, default))!.Revision);

        var lease = await Store.TryLeaseAsync("s1", Now, Lease, default);
        Assert.True(await Store.ReplaceAsync(replaced, [2, 2], lease!, default));

        var found = await Store.FindAsync(cookie.Key, default);
        Assert.Equal([2, 2], found!.SealedRecord);
        Assert.Equal(replaced.Record, found.IndexRecord);
        Assert.Equal(cookie.Wrap, found.Wrap);
        Assert.Equal(1, found.Revision);
    }

    [Fact]
    public async Task Lease_is_given_to_one_caller_only()
    {
        await Store.CreateAsync(Index("s1"), [1], Cookie("s1"), default);

        var tries = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Store.TryLeaseAsync("s1", Now, LongLease, default))));

        Assert.Single(tries, lease => lease is not null);
    }

    [Fact]
    public async Task Lease_is_given_again_once_it_was_released_or_has_run_out()
    {
        await Store.CreateAsync(Index("s1"), [1], Cookie("s1"), default);
        var first = await Store.TryLeaseAsync("s1", Now, LongLease, default);
        Assert.Null(await Store.TryLeaseAsync("s1", Now, Lease, default));

        await Store.ReleaseLeaseAsync(first!, default);
        var second = await Store.TryLeaseAsync("s1", Now, Lease, default);
        await PassAsync(Lease);
        var third = await Store.TryLeaseAsync("s1", Now, Lease, default);

        Assert.True(first!.Fence < second!.Fence && second.Fence < third!.Fence);
    }

    [Fact]
    public async Task Renewed_lease_is_held_for_longer()
    {
        await Store.CreateAsync(Index("s1"), [1], Cookie("s1"), default);
        var lease = await Store.TryLeaseAsync("s1", Now, Lease, default);

        Assert.True(await Store.RenewLeaseAsync(lease!, Now, LongLease, default));
        await PassAsync(2 * Lease);

        Assert.Null(await Store.TryLeaseAsync("s1", Now, Lease, default));
    }

    [Fact]
    public async Task Holder_that_slept_past_its_lease_changes_nothing_any_more()
    {
        var cookie = Cookie("s1");
        await Store.CreateAsync(Index("s1"), [1], cookie, default);
        var late = await Store.TryLeaseAsync("s1", Now, Lease, default);
        await PassAsync(Lease);
        var next = await Store.TryLeaseAsync("s1", Now, LongLease, default);

        Assert.False(await Store.ReplaceAsync(Index("s1"), [6], late!, default));
        Assert.False(await Store.RenewLeaseAsync(late!, Now, 9 * Lease, default));
        await Store.ReleaseLeaseAsync(late!, default);

        Assert.Null(await Store.TryLeaseAsync("s1", Now, Lease, default));
        Assert.True(await Store.ReplaceAsync(Index("s1"), [7], next!, default));
        Assert.Equal([7], (await Store.FindAsync(cookie.Key, default))!.SealedRecord);
    }

    [Fact]
    public async Task Lease_that_has_run_out_still_counts_while_nobody_else_was_given_one()
    {
        var cookie = Cookie("s1");
        await Store.CreateAsync(Index("s1"), [1], cookie, default);
        var lease = await Store.TryLeaseAsync("s1", Now, Lease, default);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(await Store.ReplaceAsync(Index("s1"), [2], lease!, default));
    }

    [Fact]
    public async Task Ended_session_gives_no_lease_and_takes_no_record()
    {
        var cookie = Cookie("s1");
        await Store.CreateAsync(Index("s1"), [1], cookie, default);
        var lease = await Store.TryLeaseAsync("s1", Now, Lease, default);
        await Store.EndAsync(End("s1"), default);

        Assert.False(await Store.ReplaceAsync(Index("s1"), [2], lease!, default));
        Assert.False(await Store.RenewLeaseAsync(lease!, Now, Lease, default));
        Assert.Null(await Store.TryLeaseAsync("s1", Now, Lease, default));
        Assert.Null(await Store.FindAsync(cookie.Key, default));
    }

    [Fact]
    public async Task All_sessions_are_listed_page_by_page_each_once()
    {
        var sids = Enumerable.Range(0, 7).Select(i => $"s{i}").ToList();
        foreach (var sid in sids)
        {
            await Store.CreateAsync(Index(sid), [1], Cookie(sid), default);
        }

        var listed = new List<string>();
        string? after = null;
        do
        {
            var page = await Store.ListAllAsync(after, 3, default);
            listed.AddRange(page.Items.Select(index => index.Sid));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(sids, listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Not_before_marks_are_a_feed_that_every_reader_follows_from_its_own_place()
    {
        var (first, second) = (NotBefore(1), NotBefore(2));
        await Store.AddNotBeforeAsync(first, default);
        var begin = await Store.ListNotBeforeAsync(0, 10, default);
        await Store.AddNotBeforeAsync(second, default);

        var rest = await Store.ListNotBeforeAsync(begin.Next, 10, default);
        Assert.Equal((first.Key, first.Until), Assert.Single(begin.Items) is var one ? (one.Key, one.Until) : default);
        Assert.Equal([1], begin.Items[0].Record);
        Assert.Equal(second.Key, Assert.Single(rest.Items).Key);
        Assert.Empty((await Store.ListNotBeforeAsync(rest.Next, 10, default)).Items);
        Assert.Single((await Store.ListNotBeforeAsync(0, 1, default)).Items);
    }

    [Fact]
    public async Task Not_before_marks_are_swept_and_their_places_are_not_given_again()
    {
        await Store.AddNotBeforeAsync(NotBefore(1), default);
        var place = (await Store.ListNotBeforeAsync(0, 10, default)).Next;

        Assert.Equal(1, await Store.SweepAsync(Now.AddHours(1), 100, default));
        await Store.AddNotBeforeAsync(NotBefore(2), default);

        Assert.Equal([2], Assert.Single((await Store.ListNotBeforeAsync(place, 10, default)).Items).Record);
    }

    private protected DateTimeOffset Now => _clock.GetUtcNow();

    private protected static StoreKey Key() => StoreKey.From(RandomNumberGenerator.GetBytes(32));

    private protected static StoredCookie Cookie(string sid, string host = Host) => new(CookieSecret.New(sid).StoreKey, sid, host, RandomNumberGenerator.GetBytes(16));

    private protected SessionIndex Index(string sid, StoreKey? subject = null, StoreKey? provider = null, DateTimeOffset? idleUntil = null) =>
        new(sid, subject ?? Key(), provider, Now, Now.AddHours(12), idleUntil ?? Now.AddHours(1), Now, RandomNumberGenerator.GetBytes(16));

    private protected SessionEnd End(string sid, DateTimeOffset? until = null) => new(sid, until ?? Now.AddHours(12), Now, false);

    private StoredNotBefore NotBefore(byte record) => new(Key(), [record], Now.AddHours(1));

    private static IEnumerable<string> Sids(IEnumerable<StoredIndex> listed) => listed.Select(index => index.Sid).Order(StringComparer.Ordinal);
}
