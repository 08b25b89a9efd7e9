using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Cli;

internal static class ConfigurationFile
{
    /// <summary>The settings in the file with the environment over it; null where anything is wrong, and then every fault was printed.</summary>
    public static async Task<TokenizerSettings?> ReadAsync(string file, TextWriter errors, CancellationToken cancellation)
    {
        var document = ConfigDocument.Load(file, "TOKENIZER", ConfigDocument.ProcessEnvironment());
        var settings = document.Read(TokenizerSettings.Schema);
        foreach (var fault in document.Faults)
        {
            await errors.WriteLineAsync(fault.ToString().AsMemory(), cancellation);
        }

        foreach (var warning in document.Faults.Warnings)
        {
            await errors.WriteLineAsync($"warning: {warning}".AsMemory(), cancellation);
        }

        return settings;
    }
}
