using System.Net.Sockets;
using AuthProxy.Tokenizer.Tests.Hosted;
using AuthProxy.Tokenizer.Tests.Values;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

/// <summary>The whole Tokenizer over a server of its own.</summary>
public sealed class PostgresVaultTests(PostgresFixture postgres) : VaultTests, IClassFixture<PostgresFixture>
{
    private const int Connections = 2;

    private protected override async Task<VaultHost> StartAsync() =>
        await VaultHost.StartAsync(bank: "grant_api: full\ngrant_if: any", more: Configuration(await postgres.NewSchemaAsync()));

    internal static string Configuration(string connectionString) =>
        $$"""
        store: postgres
        postgres: { connection_string: "{{connectionString}}", connections: {{Connections}} }
        master_keys: [{ version: 1, key: {{new string('A', 43)}} }]
        """;

    [Fact]
    public async Task A_value_is_kept_granted_read_and_gone_with_its_session()
    {
        var token = await Host.KeepAsync(Alice, "078-05-1120", """{"kind":"ssn"}""");

        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));
        (await Host.DetokenizeAsync(Bob, token)).IsRefused(403, "grant-missing");
        (await Host.GrantAsync(Bob, token)).IsGood();
        Assert.Equal("078-05-1120", await Host.ReadAsync(Bob, token));

        (await Host.EndAsync(Bob)).IsGood();
        (await Host.DetokenizeAsync(Bob, token)).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task Uploads_that_stand_still_hold_no_connection()
    {
        var slow = new List<Socket>();
        for (var i = 0; i < 4 * Connections; i++)
        {
            slow.Add(await BeginUploadAsync());
        }

        Assert.Equal("at once", await Host.ReadAsync(Alice, await Host.KeepAsync(Alice, "at once")));
        slow.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_and_found_again_when_it_is_back()
    {
        var token = await Host.KeepAsync(Alice, "kept");

        await postgres.Server.CrashAsync();
        var refused = await Host.DetokenizeAsync(Alice, token);
        refused.IsRefused(503, "store-unavailable");
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.DoesNotContain("127.0.0.1", refused.Text, StringComparison.Ordinal);

        await postgres.Server.StartAgainAsync();
        Assert.Equal("kept", await Host.ReadAsync(Alice, token));
        Assert.DoesNotContain(Host.LogLines, line => line.Contains(token, StringComparison.Ordinal) || line.Contains("kept", StringComparison.Ordinal));
    }

    /// <summary>Sends a segment and a half, and then nothing more.</summary>
    private async Task<Socket> BeginUploadAsync()
    {
        var (_, upload) = await Host.TokenizeAsync(Alice);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", Host.Users.BaseAddress!.Port);
        var head = $"PUT {upload} HTTP/1.1\r\nHost: {VaultHost.VaultHostName}\r\nX-Auth-Assertion: {Mint.Assertion(Host, Alice)}\r\n"
            + "Content-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n";
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(head + new string('x', 96 * 1024)));
        return socket;
    }
}

[Collection("alone")]
public sealed class PostgresLargeValueTests(PostgresFixture postgres) : LargeValueTests, IClassFixture<PostgresFixture>
{
    private protected override async Task<VaultHost> StartAsync() =>
        await VaultHost.StartAsync(more: PostgresVaultTests.Configuration(await postgres.NewSchemaAsync()));
}
