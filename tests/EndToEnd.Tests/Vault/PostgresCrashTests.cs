namespace AuthProxy.EndToEnd.Tests.Vault;

/// <summary>
/// Tokenizers and PostgreSQL are killed while users keep values and read them. No value that was acknowledged is lost, none is read under
/// another token, nobody ever sees half of one, and the audit has a line for each and verifies.
/// </summary>
public sealed class PostgresCrashTests : IAsyncLifetime
{
    private const int Users = 4;

    /// <summary>How long the users work between two crashes.</summary>
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(300);

    private VaultReplicas _replicas = null!;

    public async Task InitializeAsync() => _replicas = await VaultReplicas.StartAsync();

    public async Task DisposeAsync() => await _replicas.DisposeAsync();

    [Fact]
    public Task Twenty_crashes_under_load_lose_no_acknowledged_value_show_no_half_of_one_and_leave_the_audit_whole() => RunAsync(crashes: 20);

    [Fact]
    [Trait("Category", "Long")]
    public Task A_hundred_crashes_under_load_lose_no_acknowledged_value_show_no_half_of_one_and_leave_the_audit_whole() => RunAsync(crashes: 100);

    private async Task RunAsync(int crashes)
    {
        var users = Enumerable.Range(0, Users).Select(number => new VaultUser(_replicas, $"user-{number}")).ToArray();
        using var stop = new CancellationTokenSource();
        var working = Task.WhenAll(users.Select(user => Task.Run(() => user.WorkAsync(stop.Token))));
        try
        {
            for (var crash = 0; crash < crashes; crash++)
            {
                await Task.Delay(Work);
                await (crash % 2 == 0 ? _replicas.KillAsync(crash / 2) : _replicas.KillDatabaseAsync());
            }
        }
        finally
        {
            await stop.CancelAsync();
            await working;
        }

        await Task.WhenAll(users.Select(user => user.CheckAllAsync()));
        Assert.Empty(users.SelectMany(user => user.Violations));
        Assert.True(users.Sum(user => user.Stored) > 0 && users.Sum(user => user.Failures) > 0, "Nothing was stored, or nobody noticed the crashes.");
        await CheckAuditAsync(users.Sum(user => user.Stored));
        foreach (var user in users)
        {
            user.Dispose();
        }
    }

    private async Task CheckAuditAsync(int stored)
    {
        var (isWhole, said) = await _replicas.VerifyAuditAsync();
        Assert.True(isWhole, said);
        Assert.DoesNotContain(" 0 shipped ones", said, StringComparison.Ordinal);

        // Where an answer was lost there is a line for a value that nobody was promised.
        var uploads = await _replicas.ReadAuditAsync("upload");
        Assert.InRange(uploads.Select(line => line.GetProperty("token").GetString()).Distinct().Count(), stored, int.MaxValue);
    }
}
