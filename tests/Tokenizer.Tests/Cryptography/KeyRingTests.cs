using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;
using AuthProxy.Tokenizer.Storage.Sqlite;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Tests.Cryptography;

public sealed class KeyRingTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MasterKey _master = MasterKey.Generate(1);
    private SqliteStore _store = null!;

    public async Task InitializeAsync()
    {
        _store = SqliteStore.Open(_folder.File("tokenizer.db"));
        await _store.MigrateAsync(default);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Opened_again_it_finds_what_it_wrote_before()
    {
        var token = DataToken.New();
        var before = await OpenAsync(_master);
        var after = await OpenAsync(_master);

        Assert.Equal(before.LookupKeys.ForNew(token).Hash, after.LookupKeys.ForNew(token).Hash);
    }

    [Fact]
    public async Task A_wrong_master_key_is_refused_with_the_version()
    {
        await OpenAsync(_master);

        var wrong = MasterKey.Generate(1);
        Assert.Equal(
            "master key version 1 is not the key that the database was written under: "
            + $"give the one whose check is {MasterKeyFaults.Short(_master.CheckValue())}; the check of the given one is {MasterKeyFaults.Short(wrong.CheckValue())}",
            await WhyRefusedAsync(wrong));
    }

    [Fact]
    public async Task A_missing_master_key_is_refused_with_the_version()
    {
        await OpenAsync(_master);

        Assert.StartsWith("the database was written under master key version 1, which was not given: give it again", await WhyRefusedAsync(MasterKey.Generate(2)), StringComparison.Ordinal);
        Assert.Single((await _store.ReadKeysAsync(default)).MasterKeys);
    }

    [Fact]
    public async Task A_second_master_key_is_taken_beside_the_first_and_seals_nothing_yet()
    {
        var token = DataToken.New();
        var before = await OpenAsync(_master);
        var after = await OpenAsync(_master, MasterKey.Generate(2));

        Assert.Equal(1, after.MasterKeys.Current.Version);
        Assert.True(after.MasterKeys.TryGet(2, out _));
        Assert.Equal(before.LookupKeys.ForNew(token).Hash, after.LookupKeys.ForNew(token).Hash);
    }

    [Fact]
    public async Task A_retired_version_may_be_missing_and_a_wrong_key_under_its_number_is_still_refused()
    {
        var second = MasterKey.Generate(2);
        await OpenAsync(_master);
        await new KeyRotation(_store, await OpenAsync(_master, second), new FakeClock()).RunAsync(TimeSpan.Zero, _ => { }, default);

        Assert.Equal(2, (await OpenAsync(second)).MasterKeys.Current.Version);
        Assert.Contains("version 1 is not the key", await WhyRefusedAsync(MasterKey.Generate(1), second), StringComparison.Ordinal);
        Assert.Contains("version 2, which was not given", await WhyRefusedAsync(_master), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_only_looks_adds_no_keys()
    {
        Assert.IsType<KeyRingOutcome.Refused>(await KeyRing.ReadAsync(_store, new MasterKeys([_master]), default));
        Assert.Empty((await _store.ReadKeysAsync(default)).MasterKeys);

        await OpenAsync(_master);
        Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.ReadAsync(_store, new MasterKeys([_master]), default));
    }

    [Fact]
    public void One_key_under_two_numbers_is_no_rotation()
    {
        var copy = new MasterKey(2, _master.ToBytes());

        Assert.Contains("versions 1 and 2", MasterKeys.FaultOf([copy, _master]), StringComparison.Ordinal);
        Assert.Null(MasterKeys.FaultOf([_master, MasterKey.Generate(2)]));
    }

    [Fact]
    public async Task Of_two_processes_that_start_at_once_both_use_the_same_lookup_keys()
    {
        var token = DataToken.New();
        var rings = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => OpenAsync(_master))));

        Assert.Single(rings.Select(ring => Convert.ToHexString(ring.LookupKeys.ForNew(token).Hash)).Distinct());
    }

    [Fact]
    public async Task The_session_mark_tells_neither_session_nor_its_hash()
    {
        var ring = await OpenAsync(_master);
        var session = ring.LookupKeys.OfSession("realm", "sid-1");

        Assert.Matches("^[0-9a-f]{64}$", ring.LookupKeys.SessionMark(session));
        Assert.NotEqual(Convert.ToHexStringLower(session), ring.LookupKeys.SessionMark(session));
        Assert.NotEqual(ring.LookupKeys.SessionMark(session), ring.LookupKeys.SessionMark(ring.LookupKeys.OfSession("realm", "sid-2")));
    }

    [Fact]
    public async Task Anchor_and_id_of_a_session_cannot_be_mixed_up()
    {
        var keys = (await OpenAsync(_master)).LookupKeys;

        Assert.NotEqual(keys.OfSession("ab", "c"), keys.OfSession("a", "bc"));
        Assert.NotEqual(keys.OfSubject("ab", "c").Hash, keys.OfSubject("a", "bc").Hash);
        Assert.NotEqual(keys.OfSession("a", "b"), keys.OfSubject("a", "b").Hash);
    }

    private async Task<KeyRing> OpenAsync(params MasterKey[] keys) =>
        Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.OpenAsync(_store, new MasterKeys(keys), default)).Ring;

    private async Task<string> WhyRefusedAsync(params MasterKey[] keys) =>
        Assert.IsType<KeyRingOutcome.Refused>(await KeyRing.OpenAsync(_store, new MasterKeys(keys), default)).Why;
}
