using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Keys;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer keys generate</c>: a new master key, to be put where the replicas read theirs, or put there as the next version.</summary>
internal static class KeysGenerateCommand
{
    public static async Task<int> RunAsync(TextWriter output)
    {
        await output.WriteLineAsync(MasterKeyFiles.Text(MasterKey.Generate(1)));
        return ExitCodes.Success;
    }

    public static async Task<int> RunAsync(string file, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (await ConfigurationFile.ReadAsync(file, errors, cancellation) is not { } settings)
        {
            return ExitCodes.Configuration;
        }

        if (settings.MasterKeys.Count > 0)
        {
            await errors.WriteLineAsync("tokenizer: the master keys stand in the configuration; 'tokenizer keys generate' without --config prints one, to be added there with the next version");
            return ExitCodes.Failure;
        }

        try
        {
            var next = MasterKeyFiles.Read(settings.KeyFolder).Select(key => key.Version).DefaultIfEmpty(0).Max() + 1;
            MasterKeyFiles.Generate(settings.KeyFolder, next);
            await output.WriteLineAsync($"version {next} was made: {MasterKeyFiles.PathOf(settings.KeyFolder, next)}; keep a copy of it elsewhere, then let it seal with 'tokenizer keys rotate'");
            return ExitCodes.Success;
        }
        catch (Exception fault) when (fault is MasterKeysUnreadableException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"tokenizer: no key was made: {fault.Message}");
            return ExitCodes.Failure;
        }
    }
}
