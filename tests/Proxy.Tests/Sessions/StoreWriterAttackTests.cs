using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.Proxy.Sessions.Sqlite;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions;

/// <summary>Somebody who can write whatever they like into the session store, and lacks the realm's key: nothing of theirs opens.</summary>
public abstract class StoreWriterAttackTests : IAsyncLifetime
{
    private const string Host = "app.example.com";

    private readonly FakeClock _clock = new();
    private readonly LiveSessions _realm;
    private readonly LiveSessions _attacker;

    private protected StoreWriterAttackTests(ISessionStore store)
    {
        Store = store;
        _realm = Some.Sessions(_clock, store);
        _attacker = Some.Sessions(_clock, store, Some.Keys(_clock, "bank", (1, Some.Bytes(66))));
    }

    private protected ISessionStore Store { get; }

    [Fact]
    public async Task Store_writer_mints_no_session_of_anybody()
    {
        var (_, cookie) = await _attacker.BeginAsync(Some.Login("admin"), Host, default);

        await OpensNothingAsync(cookie);
    }

    [Fact]
    public async Task Store_writer_gets_no_cookie_for_somebody_elses_session()
    {
        var (victim, theirs) = await _realm.BeginAsync(Some.Login("victim"), Host, default);
        var mine = CookieSecret.New();
        var found = (await Store.FindAsync(theirs.StoreKey, default))!;

        Assert.True(await Store.AddCookieAsync(new StoredCookie(mine.StoreKey, victim.Sid, Host, found.Wrap), default));

        await OpensNothingAsync(mine);
        Assert.IsType<SessionLookup.Live>(await _realm.FindAsync(theirs, Host, default));
    }

    [Fact]
    public async Task Store_writer_puts_no_other_record_under_their_own_session()
    {
        var (_, theirs) = await _realm.BeginAsync(Some.Login("victim"), Host, default);
        var (_, mine) = await _realm.BeginAsync(Some.Login("mallory"), Host, default);
        var (victim, own) = ((await Store.FindAsync(theirs.StoreKey, default))!, (await Store.FindAsync(mine.StoreKey, default))!);
        var (sid, cookie) = ("forged", CookieSecret.New());
        var index = new SessionIndex(sid, default, null, _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(1), _clock.GetUtcNow().AddHours(1), _clock.GetUtcNow(), victim.IndexRecord);

        await Store.CreateAsync(index, victim.SealedRecord, new StoredCookie(cookie.StoreKey, sid, Host, own.Wrap), default);

        await OpensNothingAsync(cookie);
    }

    [Fact]
    public async Task Store_writer_lengthens_no_session()
    {
        var (session, cookie) = await _realm.BeginAsync(Some.Login("mallory"), Host, default);
        var forged = new SessionIndexer(Some.Keys(_clock, "bank", (1, Some.Bytes(66)))).Make(
            session with { EndsAt = session.EndsAt.AddDays(365) }, _clock.GetUtcNow().AddDays(365), _clock.GetUtcNow());

        await Store.TouchAsync(forged, null, default);

        await OpensNothingAsync(cookie);
    }

    [Fact]
    public async Task Store_writer_makes_no_user_of_a_guest()
    {
        var guest = new NewSession("https://proxy", "guest-1", Some.Login().Claims, ProviderTokens.None, null, null) { IsGuest = true };
        var (session, cookie) = await _realm.BeginAsync(guest, Host, default);
        var found = (await Store.FindAsync(cookie.StoreKey, default))!;

        // The attacker knows the guest's cookie, and all that is stored; what seals the record is known to nobody.
        var record = new SessionSealer(Some.Keys(_clock, "bank", (1, Some.Bytes(66)))).SealRecord(Some.Bytes(66), session with { IsGuest = false, SubjectId = "admin" });
        var (sid, forged) = ("forged", CookieSecret.New());
        var index = new SessionIndex(sid, default, null, session.CreatedAt, session.EndsAt, session.EndsAt, session.CreatedAt, found.IndexRecord);
        await Store.CreateAsync(index, record, new StoredCookie(forged.StoreKey, sid, Host, found.Wrap), default);

        await OpensNothingAsync(forged);
        Assert.IsType<SessionLookup.Guest>(await _realm.FindAsync(cookie, Host, default));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public abstract Task DisposeAsync();

    private async Task OpensNothingAsync(CookieSecret cookie) => Assert.IsType<SessionLookup.None>(await _realm.FindAsync(cookie, Host, default));
}

public sealed class MemoryStoreWriterAttackTests() : StoreWriterAttackTests(new MemorySessionStore())
{
    public override Task DisposeAsync() => Task.CompletedTask;
}

public sealed class SqliteStoreWriterAttackTests : StoreWriterAttackTests
{
    private readonly TestFolder _folder;

    public SqliteStoreWriterAttackTests()
        : this(new TestFolder())
    {
    }

    private SqliteStoreWriterAttackTests(TestFolder folder)
        : base(new SqliteSessionStore(SessionDatabase.Open(Path.Combine(folder.Path, "sessions.db")))) => _folder = folder;

    public override async Task DisposeAsync()
    {
        await ((IAsyncDisposable)Store).DisposeAsync();
        _folder.Dispose();
    }
}
