using AuthProxy.Hosting;

namespace AuthProxy.Tokenizer.Cli;

/// <summary><c>tokenizer config check</c>: all faults at once, and nothing is opened or changed.</summary>
internal static class ConfigCheckCommand
{
    public static async Task<int> RunAsync(string file, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (await ConfigurationFile.ReadAsync(file, errors, cancellation) is not { } settings)
        {
            return ExitCodes.Configuration;
        }

        await output.WriteLineAsync($"{file}: good".AsMemory(), cancellation);
        foreach (var application in settings.Applications)
        {
            var api = application.GrantApi.ToString().ToLowerInvariant();
            await output.WriteLineAsync($"application {application.Name}: vault at {application.VaultOrigin}, grant_api {api}".AsMemory(), cancellation);
        }

        return ExitCodes.Success;
    }
}
