using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tests.Storage;
using AuthProxy.Tokenizer.Tokens;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Tests.Keys;

/// <summary>Rotations of the master key with real keys, over whichever store.</summary>
public abstract class RotationContract : TokenStoreContract
{
    private static readonly MasterKey First = MasterKey.Generate(1);
    private static readonly MasterKey Second = MasterKey.Generate(2);

    private readonly FakeClock _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Now));
    private readonly SessionRecord _session = NewSession();

    private protected override async Task RegisterKeysAsync() => await RingAsync(First);

    [Fact]
    public async Task A_rotation_moves_everything_and_retires_what_nothing_needs_any_more()
    {
        var kept = await KeepAsync(await RingAsync(First), 5);

        var outcome = Assert.IsType<RotationOutcome.Finished>(await RotateAsync(First, Second));

        Assert.Equal((2, 0), (outcome.Version, outcome.Damaged));
        Assert.Equal([1], outcome.Retired);
        Assert.Equal([new MasterKeyUse(1, 0, 0, 0), new MasterKeyUse(2, 5, 5, LookupPurposes.All.Count)], await Store.CountMasterKeyUsesAsync(default));
        await AllOpenAsync(await RingAsync(Second), kept);
    }

    [Fact]
    public async Task A_rotation_without_a_newer_key_changes_nothing()
    {
        await KeepAsync(await RingAsync(First), 2);
        var before = await BoxesAsync();

        Assert.Empty(Assert.IsType<RotationOutcome.Finished>(await RotateAsync(First)).Retired);
        Assert.Equal(before, await BoxesAsync());
    }

    [Fact]
    public async Task Broken_off_at_any_point_it_is_taken_to_its_end_by_the_next_run()
    {
        var keys = new List<MasterKey> { First };
        var kept = new List<Kept>();
        for (var (calls, broke) = (1, true); broke; calls++)
        {
            kept.AddRange(await KeepAsync(await RingAsync([.. keys]), 1));
            keys.Add(MasterKey.Generate(keys[^1].Version + 1));

            broke = await BreaksOffAsync(calls, [.. keys]);
            await AllOpenAsync(await RingAsync([.. keys]), kept);

            Assert.Equal(keys[^1].Version, Assert.IsType<RotationOutcome.Finished>(await RotateAsync([.. keys])).Version);
            keys.RemoveAt(0);
            await AllOpenAsync(await RingAsync([.. keys]), kept);
            Assert.InRange(calls, 1, 100);
        }
    }

    [Fact]
    public async Task Two_at_once_do_the_work_together()
    {
        var kept = await KeepAsync(await RingAsync(First), 40);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => RotateAsync(First, Second))));

        Assert.All(outcomes, outcome => Assert.Equal(0, Assert.IsType<RotationOutcome.Finished>(outcome).Damaged));
        Assert.Single(outcomes.Cast<RotationOutcome.Finished>(), outcome => outcome.Retired is [1]);
        await AllOpenAsync(await RingAsync(Second), kept);
    }

    [Fact]
    public async Task Replicas_before_and_after_the_change_read_what_each_other_writes_while_it_goes_on()
    {
        var (before, after) = (await RingAsync(First, Second), await RingAsync(First, Second));
        var kept = await KeepAsync(before, 3);
        await Store.ActivateMasterKeyAsync(Second.ToCheck(), Now, default);
        Assert.Null(await NewReplica(after, First, Second).ReportAsync(default));

        Assert.Equal((1, 2), (before.MasterKeys.Current.Version, after.MasterKeys.Current.Version));
        kept = [.. kept, .. await KeepAsync(before, 3), .. await KeepAsync(after, 3)];
        await AllOpenAsync(before, kept);
        await AllOpenAsync(after, kept);

        await RotateAsync(First, Second);
        await AllOpenAsync(before, kept);
        await AllOpenAsync(after, kept);
    }

    [Fact]
    public async Task Nothing_is_changed_while_a_running_replica_lacks_the_key()
    {
        var ring = await RingAsync(First);
        await NewReplica(ring, First).ReportAsync(default);
        await KeepAsync(ring, 1);
        var before = await BoxesAsync();

        var outcome = Assert.IsType<RotationOutcome.Lacking>(await RotateAsync(First, Second));

        Assert.Equal((Environment.MachineName, 2), (outcome.Replica.Name, outcome.Version));
        Assert.Equal(1, (await Store.ReadKeysAsync(default)).Sealing!.Version);
        Assert.Equal(before, await BoxesAsync());
    }

    [Fact]
    public async Task A_running_replica_takes_a_new_key_in_seals_with_it_when_told_and_is_waited_for()
    {
        var ring = await RingAsync(First);
        var replica = NewReplica(ring, First, Second);
        Assert.Null(await NewReplica(ring, First).ReportAsync(default));
        _clock.Advance(Replica.Silence + TimeSpan.FromSeconds(1));

        Assert.Null(await replica.ReportAsync(default));
        Assert.Equal(1, ring.MasterKeys.Current.Version);
        var rotation = RotateAsync(TimeSpan.FromMinutes(1), First, Second);
        while (_clock.PendingTimers == 0)
        {
            await Task.Yield();
        }

        Assert.Null(await replica.ReportAsync(default));
        Assert.Equal(2, ring.MasterKeys.Current.Version);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([1], Assert.IsType<RotationOutcome.Finished>(await rotation).Retired);
    }

    [Fact]
    public async Task A_replica_that_does_not_learn_in_time_is_named_and_holds_the_old_version()
    {
        await NewReplica(await RingAsync(First, Second), First, Second).ReportAsync(default);

        Assert.Equal(Environment.MachineName, Assert.IsType<RotationOutcome.Slow>(await RotateAsync(First, Second)).Replica.Name);
        Assert.Null((await Store.ReadKeysAsync(default)).MasterKeys[0].RetiredAt);
    }

    [Fact]
    public async Task A_row_that_somebody_changed_is_counted_and_holds_its_version_back()
    {
        var ring = await RingAsync(First);
        var kept = await KeepAsync(ring, 2);
        await AddAsync(_session, NewToken());

        var outcome = Assert.IsType<RotationOutcome.Finished>(await RotateAsync(First, Second));

        // The token and the ticket that came with it.
        Assert.Equal(2, outcome.Damaged);
        Assert.Empty(outcome.Retired);
        await AllOpenAsync(await RingAsync(First, Second), kept);
    }

    [Fact]
    public async Task A_replica_that_lacks_what_the_others_seal_with_says_so_and_so_does_one_with_another_key()
    {
        var without = NewReplica(await RingAsync(First), First);
        var wrong = NewReplica(await RingAsync(First), First, MasterKey.Generate(2));
        await Store.ActivateMasterKeyAsync(Second.ToCheck(), Now + 1, default);

        Assert.Contains("master key version 2, which was not given", (await without.ReportAsync(default))!.Why, StringComparison.Ordinal);
        Assert.Contains("master key version 2 is not the key", (await wrong.ReportAsync(default))!.Why, StringComparison.Ordinal);
        Assert.False((await without.ReportAsync(default))!.StillFit);
    }

    [Fact]
    public async Task A_version_whose_bytes_change_at_their_place_stays_what_it_was()
    {
        var ring = await RingAsync(First);
        var replica = NewReplica(ring, MasterKey.Generate(1));

        var fault = await replica.ReportAsync(default);

        Assert.Contains("another key as version 1", fault!.Why, StringComparison.Ordinal);
        Assert.True(fault.StillFit, "what happens at the place of keys would take all replicas out of service at once");
        Assert.True(ring.MasterKeys.Current.IsSameAs(First));
    }

    [Fact]
    public async Task Status_says_what_may_be_destroyed_and_what_holds_it_back()
    {
        var ring = await RingAsync(First, Second);
        await KeepAsync(ring, 2);
        await NewReplica(ring, First, Second).ReportAsync(default);
        var waits = await StatusAsync(First, Second);
        Assert.IsType<KeyStanding.Seals>(waits.Versions[0]);
        Assert.Empty(Assert.IsType<KeyStanding.Waits>(waits.Versions[1]).Lacking);

        await Store.ActivateMasterKeyAsync(Second.ToCheck(), Now, default);
        Assert.Equal(2, Assert.IsType<KeyStanding.Opens>((await StatusAsync(First, Second)).Versions[0]).Use.Tokens);

        _clock.Advance(Replica.Silence + TimeSpan.FromSeconds(1));
        var replica = NewReplica(ring, First, Second);
        await replica.ReportAsync(default);
        await RotateAsync(First, Second);
        var retired = Assert.IsType<KeyStanding.Retired>((await StatusAsync(First, Second)).Versions[0]);
        Assert.Single(retired.Held);
        Assert.True(retired.Use.IsNone);

        await replica.LeaveAsync(default);
        Assert.Empty(Assert.IsType<KeyStanding.Retired>((await StatusAsync(Second)).Versions[0]).Held);
    }

    private sealed record Kept(DataToken Token, byte[] DataKey, string Ticket, TicketRecord TicketRecord);

    /// <summary>Fresh from the store, as a process that starts with these keys.</summary>
    private async Task<KeyRing> RingAsync(params MasterKey[] keys)
    {
        var opened = await KeyRing.OpenAsync(Store, new MasterKeys(keys), default);
        return opened is KeyRingOutcome.Opened(var ring) ? ring : throw new InvalidOperationException(((KeyRingOutcome.Refused)opened).Why);
    }

    private async Task<List<Kept>> KeepAsync(KeyRing ring, int count)
    {
        var kept = new List<Kept>();
        for (var i = 0; i < count; i++)
        {
            var (token, rowId) = (DataToken.New(), Random(16));
            var (dataKey, secret) = new TokenKeys(ring).New(rowId, token);
            var row = NewToken(_session.Subject) with { RowId = rowId, Lookup = ring.LookupKeys.ForNew(token), DataKey = secret };
            var (ticket, record) = new Tickets(ring.MasterKeys).New(_session.Session, rowId, token, TicketUse.Upload, Later);
            Assert.Equal(SessionStanding.Alive, await Store.AddTokenAsync(row, _session, new GrantRecord(_session.Session, rowId, Later), record, Now, default));
            kept.Add(new Kept(token, dataKey, ticket, record));
        }

        return kept;
    }

    private async Task AllOpenAsync(KeyRing ring, IEnumerable<Kept> kept)
    {
        var tickets = await Store.ReadSealedAsync(SealedKind.Tickets, [], 1000, default);
        foreach (var (token, dataKey, ticket, record) in kept)
        {
            var row = await Store.FindTokenAsync(ring.LookupKeys.Of(token), 0, default);
            Assert.Equal(dataKey, new TokenKeys(ring).Open(row!, token));
            var sealedToken = tickets.Single(row => row.Id.AsSpan().SequenceEqual(record.Ticket)).Secret;
            Assert.Equal(token.Text, new Tickets(ring.MasterKeys).TokenOf(ticket, record with { Token = sealedToken })!.Text);
        }
    }

    private async Task<IEnumerable<string>> BoxesAsync() =>
        (await Store.ReadSealedAsync(SealedKind.Tokens, [], 1000, default)).Select(row => Convert.ToHexString(row.Secret.Box)).ToArray();

    private Task<KeyStatus> StatusAsync(params MasterKey[] keys) => KeyStatus.ReadAsync(Store, new MasterKeys(keys), _clock, default);

    private Task<RotationOutcome> RotateAsync(params MasterKey[] keys) => RotateAsync(TimeSpan.Zero, keys);

    private async Task<RotationOutcome> RotateAsync(TimeSpan wait, params MasterKey[] keys) =>
        await new KeyRotation(Store, await RingAsync(keys), _clock).RunAsync(wait, _ => { }, default);

    private Replica NewReplica(KeyRing ring, params MasterKey[] keys) => new(Store, ring, new ListedMasterKeys(keys), _clock);

    /// <summary>A rotation whose process ends before this call to the database, and so after the one before.</summary>
    private async Task<bool> BreaksOffAsync(int call, MasterKey[] keys)
    {
        try
        {
            await new KeyRotation(BreakingStore.Over(Store, call), await RingAsync(keys), _clock).RunAsync(TimeSpan.Zero, _ => { }, default);
            return false;
        }
        catch (ProcessEndedException)
        {
            return true;
        }
    }
}
