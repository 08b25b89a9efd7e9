using System.Diagnostics;
using System.Globalization;
using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Keys;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer keys rotate</c>: takes a rotation of the master key to its end, from wherever it stands.</summary>
internal static class KeysRotateCommand
{
    public const string DefaultWait = "1m";

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string file, string wait, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (!GoDuration.TryParse(wait, out var patience, out var why) || patience < TimeSpan.Zero)
        {
            await errors.WriteLineAsync($"tokenizer: --wait: {why ?? "is negative"}");
            return ExitCodes.Usage;
        }

        return await VaultCommand.UseAsync(
            file, errors, (_, vault) => RotateAsync(new KeyRotation(vault.Store, vault.Ring, TimeProvider.System), patience, output, errors, cancellation), cancellation);
    }

    private static async Task<int> RotateAsync(KeyRotation rotation, TimeSpan wait, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var outcome = await rotation.RunAsync(wait, Progress(errors), cancellation);
        switch (outcome)
        {
            case RotationOutcome.Lacking(var replica, var version):
                await errors.WriteLineAsync(
                    $"tokenizer: replica {replica.Name} does not have master key version {version}, or another key as that version; give it the key, and run this again: nothing was changed");
                return ExitCodes.Failure;
            case RotationOutcome.Slow(var replica, var version):
                await errors.WriteLineAsync($"tokenizer: version {version} seals, but replica {replica.Name} has not learnt of it yet; run this again");
                return ExitCodes.Failure;
            case RotationOutcome.Finished(var version, var retired, var damaged):
                return await FinishAsync(version, retired, damaged, output, errors);
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<int> FinishAsync(int version, IReadOnlyList<int> retired, long damaged, TextWriter output, TextWriter errors)
    {
        await output.WriteLineAsync($"version {version} seals everything");
        foreach (var old in retired)
        {
            await output.WriteLineAsync($"version {old} is retired: nothing needs it any more but backups from before; 'tokenizer keys status' says when it may be destroyed");
        }

        if (damaged == 0)
        {
            return ExitCodes.Success;
        }

        await errors.WriteLineAsync($"tokenizer: {damaged} rows do not open under the version that they name: somebody changed them. Their version stays");
        return ExitCodes.Failure;
    }

    /// <summary>At most a line a second, and the last one.</summary>
    private static Action<RotationProgress> Progress(TextWriter errors)
    {
        long? told = null;
        return progress =>
        {
            var isLast = progress is RotationProgress.Moved moved && moved.Done >= moved.Total;
            if (!isLast && told is { } before && TimeProvider.System.GetElapsedTime(before) < BetweenLines)
            {
                return;
            }

            told = TimeProvider.System.GetTimestamp();
            errors.WriteLine(progress switch
            {
                RotationProgress.Waiting(var replica) => $"waiting for replica {replica.Name}",
                RotationProgress.Moved(var done, var total) => string.Create(CultureInfo.InvariantCulture, $"moved {done} of {Math.Max(done, total)} rows"),
                _ => throw new UnreachableException(),
            });
        };
    }
}
