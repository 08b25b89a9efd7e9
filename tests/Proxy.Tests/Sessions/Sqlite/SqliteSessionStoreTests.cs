using System.Text;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sqlite;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Proxy.Tests.Sessions.Sqlite;

public sealed class SqliteSessionStoreTests : SessionStoreContract, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("authproxy-sessions-").FullName;
    private SqliteSessionStore _store;

    public SqliteSessionStoreTests() => _store = Open();

    private protected override ISessionStore Store => _store;

    private string File => Path.Combine(_folder, "data", "sessions.db");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Sessions_ends_and_marks_survive_a_restart()
    {
        var (alive, dead, mark) = (Cookie("alive"), Cookie("dead"), Key());
        await _store.CreateAsync(Index("alive"), [1], alive, default);
        await _store.CreateAsync(Index("dead"), [1], dead, default);
        await _store.EndAsync(End("dead") with { TellTokenizer = true }, default);
        await _store.TryMarkOnceAsync(mark, Now, Now.AddMinutes(10), default);

        await RestartAsync();

        Assert.NotNull(await _store.FindAsync(alive.Key, default));
        Assert.Null(await _store.FindAsync(dead.Key, default));
        Assert.True(await _store.IsEndedAsync("dead", default));
        Assert.False(await _store.TryMarkOnceAsync(mark, Now, Now.AddMinutes(10), default));
        Assert.Single(await _store.ListUndeliveredAsync(Now, 10, default));
    }

    [Fact]
    public async Task Cookie_of_before_a_restart_opens_its_session_after_it()
    {
        var clock = new AuthProxy.TestKit.FakeClock();
        var (session, cookie) = await Some.Sessions(clock, _store).BeginAsync(Some.Login(), "app.example.com", default);
        clock.Advance(TimeSpan.FromMinutes(5));

        await RestartAsync();

        var found = await Some.Sessions(clock, _store).FindAsync(cookie, "app.example.com", default);
        Assert.Equal(session.Sid, Assert.IsType<SessionLookup.Live>(found).Session.Sid);
    }

    [Fact]
    public async Task File_holds_neither_names_nor_tokens_nor_cookies()
    {
        var (_, cookie) = await Some.Sessions(new AuthProxy.TestKit.FakeClock(), _store).BeginAsync(Some.Login(), "app.example.com", default);
        await _store.DisposeAsync();

        var content = Encoding.Latin1.GetString(await System.IO.File.ReadAllBytesAsync(File));

        Assert.All(["alice", "clerks", "id.to.ken", Some.Issuer, cookie.Text, Encoding.Latin1.GetString(cookie.Bytes)],
            secret => Assert.DoesNotContain(secret, content, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_owner_may_read_the_file()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public async Task A_second_process_sees_an_end_at_once()
    {
        var cookie = Cookie("s1");
        await _store.CreateAsync(Index("s1"), [1], cookie, default);
        await using var other = Open();
        Assert.NotNull(await other.FindAsync(cookie.Key, default));

        await _store.EndAsync(End("s1"), default);

        Assert.Null(await other.FindAsync(cookie.Key, default));
    }

    [Fact]
    public async Task Parallel_writers_lose_nothing()
    {
        await using var other = Open();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
            await (i % 2 == 0 ? _store : other).CreateAsync(Index($"s{i}", idleUntil: Now), [1], Cookie($"s{i}"), default))));

        Assert.Equal(40, (await _store.ListGoneAsync(Now, 100, default)).Count);
    }

    [Fact]
    public async Task Broken_database_is_a_store_that_does_not_answer()
    {
        await BreakAsync();

        await Assert.ThrowsAsync<SessionStoreException>(async () => await _store.FindAsync(Key(), default));
        await Assert.ThrowsAsync<SessionStoreException>(async () => await _store.EndAsync(End("s1"), default));
    }

    [Fact]
    public async Task File_that_is_no_database_is_a_clear_fault()
    {
        await _store.DisposeAsync();
        await System.IO.File.WriteAllBytesAsync(File, Encoding.ASCII.GetBytes(new string('x', 4096)));

        var fault = Assert.Throws<SessionStoreException>(() => SessionDatabase.Open(File));

        Assert.Contains(File, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_of_a_later_version_is_not_touched()
    {
        await _store.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            SessionDatabase.Execute(connection, "PRAGMA user_version = 99");
        }

        Assert.Contains("schema 99", Assert.Throws<SessionStoreException>(() => SessionDatabase.Open(File)).Message, StringComparison.Ordinal);
    }

    private SqliteSessionStore Open() => new(SessionDatabase.Open(File));

    private async Task RestartAsync()
    {
        await _store.DisposeAsync();
        _store = Open();
    }

    private async Task BreakAsync()
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        SessionDatabase.Execute(connection, "DROP TABLE cookies; DROP TABLE tombstones;");
    }
}
