using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer serve</c></summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string file, TextWriter errors, CancellationToken cancellation)
    {
        if (await ConfigurationFile.ReadAsync(file, errors, cancellation) is not { } settings)
        {
            return ExitCodes.Configuration;
        }

        try
        {
            await using var vault = await OpenedVault.OpenAsync(settings, cancellation);
            return await RunAsync(settings, vault, errors, cancellation);
        }
        catch (VaultNotOpenedException fault)
        {
            await errors.WriteLineAsync($"tokenizer: {fault.Message}");
            return ExitCodes.Unavailable;
        }
    }

    private static async Task<int> RunAsync(TokenizerSettings settings, OpenedVault vault, TextWriter errors, CancellationToken cancellation)
    {
        await using var app = Program.Build(settings, vault, TimeProvider.System);
        if (vault.NewKeyFolder is { } folder)
        {
            Log.MasterKeyMade(app.Services.GetRequiredService<ILogger<OpenedVault>>(), folder);
        }

        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException fault)
        {
            await errors.WriteLineAsync($"tokenizer: {fault.Message}");
            return ExitCodes.Address;
        }

        await app.WaitForShutdownAsync(cancellation);
        return ExitCodes.Success;
    }
}
