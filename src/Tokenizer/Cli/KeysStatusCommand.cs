using System.Diagnostics;
using System.Globalization;
using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer keys status</c>: what each version of the master key is for, and whether it may be destroyed.</summary>
internal static class KeysStatusCommand
{
    public static Task<int> RunAsync(string file, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        VaultCommand.UseAsync(file, errors, async (_, vault) =>
        {
            var status = await KeyStatus.ReadAsync(vault.Store, vault.Ring.MasterKeys, TimeProvider.System, cancellation);
            foreach (var version in status.Versions)
            {
                await output.WriteLineAsync($"version {version.Version} (check {MasterKeyFaults.Short(version.Check)}) {TextOf(version)}");
            }

            foreach (var replica in status.Replicas)
            {
                await output.WriteLineAsync(
                    $"replica {replica.Name} has {string.Join(", ", replica.Keys.Select(key => key.Version))}, and seals with {replica.Sealing}");
            }

            return ExitCodes.Success;
        }, cancellation);

    private static string TextOf(KeyStanding standing) => standing switch
    {
        KeyStanding.Seals(_, _, var use) => $"seals; {TextOf(use)}: must not be destroyed",
        KeyStanding.Opens(_, _, { IsNone: true }) => "only opens, and nothing is under it: must not be destroyed before 'tokenizer keys rotate' has retired it",
        KeyStanding.Opens(_, _, var use) => $"only opens; {TextOf(use)}: must not be destroyed, 'tokenizer keys rotate' moves them",
        KeyStanding.Waits(_, _, []) => "waits; every replica has it: 'tokenizer keys rotate' lets it seal",
        KeyStanding.Waits(_, _, var lacking) => $"waits; not yet known, or known as another key, to replica {Names(lacking)}",
        KeyStanding.Retired(_, _, var at, { IsNone: false } use, _) => $"was retired at {TextOf(at)}, and yet {TextOf(use)}: somebody put rows back; must not be destroyed",
        KeyStanding.Retired(_, _, var at, _, []) => $"was retired at {TextOf(at)}: may be destroyed, once no backup from before that is kept",
        KeyStanding.Retired(_, _, var at, _, var held) => $"was retired at {TextOf(at)}: take it out of the configuration of replica {Names(held)} first, then it may be destroyed, once no backup from before that is kept",
        _ => throw new UnreachableException(),
    };

    private static string TextOf(MasterKeyUse use) =>
        string.Create(CultureInfo.InvariantCulture, $"{use.Tokens} tokens, {use.Tickets} tickets and {use.LookupKeys} lookup keys are under it");

    private static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Names(IEnumerable<ReplicaReport> replicas) => string.Join(" and ", replicas.Select(replica => replica.Name));
}
