using System.Runtime.CompilerServices;
using AuthProxy.Hosting;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Audit.Verifying;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer audit verify</c>: 0 where the audit is whole, 1 where something was found, each thing on a line of its own.</summary>
internal static class AuditVerifyCommand
{
    // Longer lines are no checkpoints: nobody has to hold them.
    private const int LongestLine = CheckpointReader.LargestText;

    public static Task<int> RunAsync(
        string file, IReadOnlyList<string> checkpointFiles, string? keyFile, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        VaultCommand.UseAsync(file, errors, async (settings, vault) =>
        {
            try
            {
                var report = await VerifyAsync(settings, vault, checkpointFiles, keyFile, cancellation);
                await WriteAsync(output, report);
                return report.IsGood ? ExitCodes.Success : ExitCodes.Failure;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                await errors.WriteLineAsync($"tokenizer: {fault.Message}");
                return ExitCodes.Unavailable;
            }
        }, cancellation);

    private static async Task<AuditReport> VerifyAsync(
        TokenizerSettings settings, OpenedVault vault, IReadOnlyList<string> checkpointFiles, string? keyFile, CancellationToken cancellation)
    {
        var keys = keyFile is null ? new CheckpointKeys(vault.Ring.LookupKeys).Public : await ReadKeysAsync(keyFile, cancellation);
        var verifier = new AuditVerifier(vault.Store, new CheckpointReader(keys, settings.Realm, TimeProvider.System), new LineSeal(vault.Ring.LookupKeys));
        var keptSince = settings.Audit.Keep is { } keep ? (TimeProvider.System.GetUtcNow() - keep).ToUnixTimeMilliseconds() : long.MinValue;
        return await verifier.VerifyAsync(ReadCheckpointsAsync(checkpointFiles, cancellation), keptSince, cancellation);
    }

    private static async Task<IKeySource> ReadKeysAsync(string file, CancellationToken cancellation) =>
        JsonWebKeySet.Parse(await File.ReadAllBytesAsync(file, cancellation)) is JsonWebKeySetOutcome.Parsed(var set)
            ? new FixedKeySource(set)
            : throw new IOException($"{file} is no JSON web key set");

    /// <summary>A line that a crash cut short, or that somebody else wrote there, says nothing: what it should have said is in the next one.</summary>
    private static async IAsyncEnumerable<string> ReadCheckpointsAsync(IReadOnlyList<string> files, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            await foreach (var line in File.ReadLinesAsync(file, cancellation))
            {
                if (UnverifiedJwt.Read(line, new JwtLimits { MaxTokenBytes = LongestLine }) is JwtReadOutcome.Read)
                {
                    yield return line;
                }
            }
        }
    }

    private static async Task WriteAsync(TextWriter output, AuditReport report)
    {
        foreach (var finding in report.Findings)
        {
            await output.WriteLineAsync(finding.ToString());
        }

        if (report.Findings.Count == AuditReport.MostFindings)
        {
            await output.WriteLineAsync("and perhaps more");
        }

        var verdict = report.IsGood ? "whole" : "NOT whole";
        await output.WriteLineAsync(
            $"the audit is {verdict}: {report.Lines} lines in {report.Chains} chains, {report.Checkpoints} checkpoints in the database, {report.Shipped} shipped ones; {report.Uncovered} lines wait for the next checkpoint");
    }
}
