using System.Text.Json;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Audit.Export;
using AuthProxy.Tokenizer.Tests.Hosted;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Audit;

/// <summary>What an auditor reads of a running Tokenizer.</summary>
internal static class AuditedVault
{
    public static async Task<JsonElement[]> ExportAsync(this VaultHost host)
    {
        using var text = new StringWriter();
        await new AuditExport(host.Store, host.Parts.GetRequiredService<ActorSeal>(), host.Parts.GetRequiredService<LineSeal>()).WriteAsync(text, new AuditFilter(), default);
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Action and, where it was refused, reason of every line.</summary>
    public static async Task<string[]> ActionsAsync(this VaultHost host) => [.. (await host.ExportAsync()).Select(line => line.TryText("reason") is { } reason
        ? $"{line.TryText("action")} {reason}"
        : line.TryText("action")!)];

    public static string? TryText(this JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static async Task<byte[][]> LinesAsync(this VaultHost host)
    {
        var lines = new List<byte[]>();
        foreach (var chain in await host.Store.ReadChainsAsync(default))
        {
            lines.AddRange((await host.Store.ReadLinesAsync(chain.Id, 0, 10_000, default)).Select(row => row.Line));
        }

        return [.. lines];
    }

    public static void Break(VaultHost host) => Execute(host, "CREATE TRIGGER full BEFORE INSERT ON audit_lines BEGIN SELECT RAISE(ABORT, 'no more'); END");

    public static void Mend(VaultHost host) => Execute(host, "DROP TRIGGER full");

    private static void Execute(VaultHost host, string sql)
    {
        using var database = new Database(host);
        database.Execute(sql);
    }
}
