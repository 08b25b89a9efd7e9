using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Audit.Export;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer audit export</c>: JSON, one line of the audit a line.</summary>
internal static class AuditExportCommand
{
    public static Task<int> RunAsync(string file, AuditFilter filter, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        VaultCommand.UseAsync(file, errors, async (_, vault) =>
        {
            try
            {
                await new AuditExport(vault.Store, new ActorSeal(vault.Ring.LookupKeys), new LineSeal(vault.Ring.LookupKeys)).WriteAsync(output, filter, cancellation);
                return ExitCodes.Success;
            }
            catch (InvalidDataException fault)
            {
                await errors.WriteLineAsync($"tokenizer: {fault.Message}");
                return ExitCodes.Failure;
            }
        }, cancellation);
}
