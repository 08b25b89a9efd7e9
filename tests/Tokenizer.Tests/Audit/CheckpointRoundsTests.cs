using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Tests.Hosted;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Audit;

/// <summary>Checkpoints of a running Tokenizer.</summary>
public sealed class CheckpointRoundsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Shipped => _folder.File("checkpoints.jws");

    [Fact]
    public async Task Last_checkpoint_of_a_service_that_ends_covers_every_line_and_is_shipped()
    {
        await using (var host = await StartAsync())
        {
            await host.KeepAsync(Person.Alice);
        }

        var text = Assert.Single(await File.ReadAllLinesAsync(Shipped));
        var claims = Assert.IsType<Jose.JwtReadOutcome.Read>(Jose.UnverifiedJwt.Read(text)).Jwt.Claims;
        Assert.Equal(2, Assert.Single(claims.GetProperty("chains").EnumerateArray()).GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task Round_makes_and_ships_one_and_readiness_says_so()
    {
        await using var host = await StartAsync();
        await host.KeepAsync(Person.Alice);
        await host.Parts.GetRequiredService<CheckpointRounds>().RunAsync(default);

        Assert.Single(await File.ReadAllLinesAsync(Shipped));
        Assert.Contains("shipped 1", await host.Services.GetStringAsync(new Uri("/health/ready", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_that_somebody_cut_off_behind_a_checkpoint_raises_the_alarm_of_the_next_one()
    {
        await using var host = await StartAsync();
        await host.KeepAsync(Person.Alice);
        await host.Parts.GetRequiredService<CheckpointRounds>().RunAsync(default);
        using (var database = new Database(host))
        {
            database.Execute("DELETE FROM audit_lines WHERE sequence > 1; UPDATE audit_chains SET sequence = 1");
        }

        await host.Parts.GetRequiredService<CheckpointRounds>().RunAsync(default);

        Assert.Contains(host.LogLines, line => line.Contains("ends at line 1 in the database, and checkpoint 1 says 2", StringComparison.Ordinal));
        Assert.Contains("tokenizer_audit_suspicions_total 1", await host.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sink_that_fails_is_told_by_readiness_log_and_metric_and_refuses_nobody()
    {
        await using var host = await StartAsync();
        Directory.CreateDirectory(Shipped);
        await host.KeepAsync(Person.Alice);
        await host.Parts.GetRequiredService<CheckpointRounds>().RunAsync(default);

        Assert.Contains("failing at 1", await host.Services.GetStringAsync(new Uri("/health/ready", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains(host.LogLines, line => line.Contains("Could not ship checkpoint 1", StringComparison.Ordinal));
        Assert.Contains("tokenizer_audit_shipments_total{outcome=\"failed\"}", await host.MetricsAsync(), StringComparison.Ordinal);
        await host.KeepAsync(Person.Alice);
    }

    [Fact]
    public async Task Service_without_a_sink_says_so_at_its_start()
    {
        await using var host = await VaultHost.StartAsync();

        Assert.Contains(host.LogLines, line => line.Contains("audit.checkpoints.file or audit.checkpoints.url", StringComparison.Ordinal));
    }

    private Task<VaultHost> StartAsync() => VaultHost.StartAsync(more: $"audit: {{ checkpoints: {{ file: {Shipped} }} }}");
}
