using AuthProxy.Hosting;
using AuthProxy.Tokenizer.Configuration;

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
            await output.WriteLineAsync($"application {application.Name}: vault at {application.VaultOrigin}, grant_api {api}{LoginOf(application)}".AsMemory(), cancellation);
        }

        return ExitCodes.Success;
    }

    private static string LoginOf(ApplicationSettings application) => application.Login is { } login
        ? $", signs its users in at {string.Join(" and ", login.Providers.Select(provider => provider.Url.GetLeftPart(UriPartial.Path)))}, which answer to {application.VaultOrigin}/session/create"
        : "";
}
