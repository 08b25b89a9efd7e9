using AuthProxy.TestKit;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

/// <summary>A server that asks for a password and speaks TLS under an authority of its own.</summary>
public sealed class PostgresSecurityTests : IAsyncLifetime
{
    private const string Password = "right-and-never-shown";
    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = new("database authority");
    private PostgresServer _server = null!;

    public async Task InitializeAsync() => _server = await PostgresServer.StartAsync(Password, _authority.Issue("database", TestAuthority.ServerUse));

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_server_whose_authority_is_known_is_believed()
    {
        await using var store = PostgresFixture.Open($"{_server.ConnectionString()};SSL Mode=VerifyFull;Root Certificate={Authority(_authority)}");
        await store.MigrateAsync(default);
        await store.PingAsync(default);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_told_and_learns_no_password()
    {
        using var other = new TestAuthority("somebody else");

        var why = await WhyNotAsync($"{_server.ConnectionString()};SSL Mode=VerifyFull;Root Certificate={Authority(other)}");

        Assert.Contains("cannot prove who it is", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_shown()
    {
        var why = await WhyNotAsync(_server.ConnectionString().Replace(Password, "wrong-and-never-shown", StringComparison.Ordinal));

        Assert.Contains("refuses the user's password", why, StringComparison.Ordinal);
        Assert.DoesNotContain("never-shown", why, StringComparison.Ordinal);
    }

    private string Authority(TestAuthority authority) => _folder.Write("authority.pem", authority.Pem);

    private static async Task<string> WhyNotAsync(string connectionString)
    {
        await using var store = PostgresFixture.Open(connectionString);
        return (await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(default))).Message;
    }
}
