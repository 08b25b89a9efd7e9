using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Cli;

/// <summary>
/// <c>tokenizer audit hash</c>: under which hash a token or a session stands in the audit. They come on standard input, one a line, because
/// arguments of a command are read by others and kept by shells.
/// </summary>
internal static class AuditHashCommand
{
    public static Task<int> RunAsync(string file, TextReader input, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        VaultCommand.UseAsync(file, errors, async (settings, vault) =>
        {
            var keys = vault.Ring.LookupKeys;
            while (await input.ReadLineAsync(cancellation) is { } line)
            {
                var hash = DataToken.TryParse(line.Trim(), out var token) ? keys.ForNew(token).Hash : keys.OfSession(settings.Realm, line.Trim());
                await output.WriteLineAsync($"{(token is null ? "session" : "token")} {Convert.ToHexStringLower(hash)}");
            }

            return ExitCodes.Success;
        }, cancellation);
}
