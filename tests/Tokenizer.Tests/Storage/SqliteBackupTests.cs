using System.Text;
using AuthProxy.Hosting;
using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Cli;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Logins;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Storage.Sqlite;
using AuthProxy.Tokenizer.Tests.Hosted;
using AuthProxy.Tokenizer.Tokens;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Storage;

/// <summary>Backups of a service that runs, and what becomes of them.</summary>
public sealed class SqliteBackupTests : VaultTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new();

    private string Backup => _folder.File("backup.db");

    private string Restored => _folder.File("restored/tokenizer.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_kept_before_a_backup_is_there_after_it_is_restored()
    {
        var token = await Host.KeepAsync(Alice, "078-05-1120");

        Assert.Equal(1, Write().Tokens);
        Assert.Equal(1, (await RestoreAsync()).Tokens);

        await using var store = SqliteStore.Open(Restored);
        await store.MigrateAsync(default);
        var ring = await RingAsync(store);
        var parsed = DataToken.TryParse(token, out var found) ? found : throw new InvalidOperationException();
        var row = await store.FindTokenAsync(ring.LookupKeys.Of(parsed), 0, default);
        Assert.Equal(Host.Parts.GetRequiredService<TokenKeys>().Open(row!, parsed), new TokenKeys(ring).Open(row!, parsed));
        Assert.NotNull(await store.ReadSegmentAsync(row!.Value!.Attempt, 0, default));
    }

    [Fact]
    public async Task A_backup_holds_no_grant_session_ticket_login_or_remembered_answer_and_no_trace_of_them()
    {
        await Host.DownloadPathAsync(Alice, await Host.KeepAsync(Alice));
        (await Host.PostAsync(Alice, "/v1/tokens", """{"value":"x"}""", ("Idempotency-Key", "a"))).IsGood();
        using var database = new Database(Host);
        var ticket = database.Read<byte[]>("SELECT ticket FROM tickets");

        Write();

        using var backup = Open(Backup);
        Assert.All(["grants", "sessions", "tickets", "logins", "attempts", "replicas", "remembered_answers"], table => Assert.Equal(0, backup.ExecuteScalar<long>($"SELECT COUNT(*) FROM {table}")));
        Assert.Equal(-1, (await File.ReadAllBytesAsync(Backup)).AsSpan().IndexOf(ticket));
    }

    [Fact]
    public async Task A_thief_of_a_backup_finds_no_master_key_in_it_and_may_not_even_read_it()
    {
        await Host.KeepAsync(Alice);
        Write();

        var bytes = await File.ReadAllBytesAsync(Backup);
        var key = Assert.Single(MasterKeyFiles.Read(Host.KeyFolder));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(key.ToBytes()));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(MasterKeyFiles.Text(key))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
        Assert.Equal(["backup.db"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_backup_of_a_busy_service_is_of_one_moment()
    {
        using var ended = new CancellationTokenSource();
        var busy = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                await Host.KeepAsync(Alice, new string('x', 100_000));
            }
        });

        // Each is checked: all its values are whole, and all its keys open.
        var tokens = Enumerable.Range(0, 5).Select(i => SqliteBackup.Write(Host.Database, _folder.File($"{i}.db"), Keys(), 1).Tokens).ToList();
        await ended.CancelAsync();
        await busy;

        Assert.Equal(tokens.Order(), tokens);
    }

    [Fact]
    public async Task Nothing_from_before_a_restore_counts_any_more_and_what_was_ended_stays_ended()
    {
        await Host.KeepAsync(Alice);
        await Host.KeepAsync(Bob);
        (await Host.EndAsync(Bob)).IsGood();
        using var live = new Database(Host);
        var (grant, end) = (live.Read<byte[]>("SELECT session FROM grants"), live.Read<byte[]>("SELECT session FROM tombstones"));
        var binding = LoginSecret.New();
        var desk = Host.Parts.GetRequiredService<IReadOnlyList<ApplicationSettings>>().Single(application => application.Name == "desk");
        var before = Host.Parts.GetRequiredService<KeyRing>();
        var state = new LoginStates(before, _clock).New(desk, "staff", binding);
        Assert.NotNull(new LoginStates(before, _clock).Read(state, desk, binding));

        Write();
        await RestoreAsync();

        await using var store = SqliteStore.Open(Restored);
        var after = await RingAsync(store);
        var now = Host.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        using var restored = Open(Restored);
        Assert.Equal(SessionStanding.Unknown, Assert.IsType<GrantSetOutcome.NoSession>(await store.SetGrantAsync(new GrantRecord(grant, [], now + 1), null, new GrantTerms(Owner: null, PerHour: 1000), now, default)).Standing);
        Assert.True(await store.IsEndedAsync(end, now, default));
        Assert.Null(new LoginStates(after, _clock).Read(state, desk, binding));
        Assert.Equal(before.LookupKeys.OfSession("demo", "s"), after.LookupKeys.OfSession("demo", "s"));
    }

    [Fact]
    public async Task A_restored_database_is_there_only_when_what_was_signed_before_is_too_old()
    {
        Write();

        var restoring = RestoreAsync(advance: false);
        while (_clock.PendingTimers == 0)
        {
            await Task.Yield();
        }

        _clock.Advance(SqliteRestore.Fence - TimeSpan.FromSeconds(1));
        Assert.False(File.Exists(Restored));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await restoring;
        Assert.True(File.Exists(Restored));
    }

    [Theory]
    [InlineData(""), InlineData("-wal"), InlineData("-journal")]
    public async Task Nothing_is_ever_overwritten(string suffix)
    {
        Write();
        Assert.Contains("exists", Assert.Throws<BackupException>(Write).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(Path.GetDirectoryName(Restored)!);
        await File.WriteAllTextAsync(Restored + suffix, "mine");
        Assert.Contains("exists", (await Assert.ThrowsAsync<BackupException>(() => RestoreAsync())).Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Restored + suffix));
    }

    [Fact]
    public async Task Keys_that_do_not_open_a_backup_are_told_and_nothing_is_restored()
    {
        await Host.KeepAsync(Alice);
        Write();

        Assert.Contains("master key version 1, which was not given", await WhyNotAsync(new MasterKeys([MasterKey.Generate(2)])), StringComparison.Ordinal);
        Assert.Contains("master key version 1 is not the key", await WhyNotAsync(new MasterKeys([MasterKey.Generate(1)])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DROP TABLE backup", "was not made by 'tokenizer backup'")]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON tombstones BEGIN DELETE FROM tombstones; END", "a trigger or a view")]
    [InlineData("UPDATE tokens SET master_version = 7", "a token's key does not open")]
    [InlineData("UPDATE tokens SET box = zeroblob(length(box))", "a token's key does not open")]
    [InlineData("UPDATE lookup_keys SET box = zeroblob(length(box)) WHERE purpose = 'session'", "lookup key in the database was changed")]
    [InlineData("DELETE FROM segments", "1 values lack a part")]
    [InlineData("INSERT INTO schema_version (version, oldest_program) VALUES (99, 50)", "newer program")]
    public async Task A_backup_that_was_changed_is_refused(string change, string why)
    {
        await Host.KeepAsync(Alice);
        Write();
        using (var backup = Open(Backup))
        {
            backup.Execute(change);
        }

        Assert.Contains(why, await WhyNotAsync(Keys()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_file_that_is_cut_short_or_none_of_ours_is_refused(bool cut)
    {
        await Host.KeepAsync(Alice, new string('x', 300_000));
        Write();
        using (var file = File.OpenWrite(Backup))
        {
            file.SetLength(cut ? file.Length / 2 : 0);
        }

        await WhyNotAsync(Keys());
    }

    [Fact]
    public async Task The_commands_write_a_backup_and_refuse_to_restore_it_over_the_database()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var file = _folder.File("tokenizer.yaml");
        await File.WriteAllTextAsync(file, $$"""
            realm: demo
            data_folder: {{Path.GetDirectoryName(Host.Database)}}
            applications: [{ name: bank, vault_url: https://vault.example.com }]
            trust: [{ name: proxy, roles: [sidecar], issuer: i, jwks_file: k, applications: [bank] }]
            """);

        Assert.Equal(ExitCodes.Success, await CommandLine.RunAsync(["backup", "--config", file, "--to", Backup], output, errors, default));
        Assert.Contains("backup.db: good, 0 tokens", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failure, await CommandLine.RunAsync(["backup", "--config", file, "--to", Backup], output, errors, default));
        Assert.Equal(ExitCodes.Failure, await CommandLine.RunAsync(["restore", "--config", file, "--from", Backup], output, errors, default));
        Assert.Contains("tokenizer.db exists", errors.ToString(), StringComparison.Ordinal);
    }

    private BackupReport Write() => SqliteBackup.Write(Host.Database, Backup, Keys(), 1);

    private async Task<BackupReport> RestoreAsync(bool advance = true, MasterKeys? keys = null) =>
        await new SqliteRestore(_clock).RunAsync(
            Backup, Restored, keys ?? Keys(), left => _ = advance ? Task.Run(() => AdvanceAsync(left)) : Task.CompletedTask, default);

    private async Task AdvanceAsync(TimeSpan left)
    {
        while (_clock.PendingTimers == 0)
        {
            await Task.Yield();
        }

        _clock.Advance(left);
    }

    /// <summary>Nothing is left of a restore that was refused.</summary>
    private async Task<string> WhyNotAsync(MasterKeys keys)
    {
        var why = (await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(keys: keys))).Message;
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(Restored)!));
        return why;
    }

    private MasterKeys Keys() => new(MasterKeyFiles.Read(Host.KeyFolder));

    private async Task<KeyRing> RingAsync(SqliteStore store) => Assert.IsType<KeyRingOutcome.Opened>(await KeyRing.ReadAsync(store, Keys(), default)).Ring;

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }
}
