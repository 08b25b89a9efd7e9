using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cli;

/// <summary>Opens the vault that a configuration names, for a command, beside whatever service runs. What is not there is not made.</summary>
internal static class VaultCommand
{
    public static async Task<int> UseAsync(
        string file, TextWriter errors, Func<TokenizerSettings, OpenedVault, Task<int>> command, CancellationToken cancellation)
    {
        if (await ConfigurationFile.ReadAsync(file, errors, cancellation) is not { } settings)
        {
            return ExitCodes.Configuration;
        }

        try
        {
            await using var vault = await OpenedVault.OpenExistingAsync(settings, cancellation);
            return await command(settings, vault);
        }
        catch (Exception fault) when (fault is VaultNotOpenedException or StoreUnavailableException)
        {
            await errors.WriteLineAsync($"tokenizer: {fault.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
