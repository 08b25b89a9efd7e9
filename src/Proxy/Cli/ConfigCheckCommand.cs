using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;
using AuthProxy.Proxy.Admin;

namespace AuthProxy.Proxy.Cli;

/// <summary><c>authproxy config check</c>: would it start, and what has to be registered where?</summary>
internal static class ConfigCheckCommand
{
    public static Command Command { get; } = new(
        "config check",
        "Loads everything that serve would load and says what is wrong, or what to register at the provider.",
        [
            new("--config", "FILE", "The configuration file.") { Default = "config/authproxy.yaml" },
            new("--output", "FORM", "text or json.") { Default = "text", Choices = ["text", "json"] },
        ],
        async (arguments, console, cancellation) =>
        {
            var report = await ConfigurationCheck.RunAsync(arguments["--config"], ConfigDocument.ProcessEnvironment(), cancellation);
            if (arguments["--output"] == "json")
            {
                WriteJson(console.Output, report);
            }
            else
            {
                WriteText(console, arguments["--config"]!, report);
            }

            return report.Faults.Count == 0 ? ExitCodes.Success : ExitCodes.Configuration;
        });

    private static void WriteText(CommandConsole console, string file, CheckReport report)
    {
        foreach (var warning in report.Warnings)
        {
            console.Error.WriteLine($"warning: {warning}");
        }

        foreach (var fault in report.Faults)
        {
            console.Error.WriteLine(fault);
        }

        if (report.Faults.Count > 0)
        {
            console.Error.WriteLine(report.Faults.Count == 1 ? "1 fault; nothing would start." : $"{report.Faults.Count} faults; nothing would start.");
            return;
        }

        console.Output.WriteLine($"{file} has no faults.");
        foreach (var (name, where) in ListenersOf(report))
        {
            console.Output.WriteLine($"listener {name}: {where}");
        }

        console.Output.WriteLine($"rules: {report.Rules} from {report.RuleFiles} {(report.RuleFiles == 1 ? "file" : "files")}");
        WriteUris(console.Output, "redirect URI to register", report.RedirectUris);
        foreach (var uri in report.PostLogoutUris)
        {
            console.Output.WriteLine($"post-logout redirect URI to register at {(report.RedirectUris.Count == 1 ? "the provider" : "every provider")}: {uri}");
        }

        WriteUris(console.Output, "back-channel logout URI (session required) to register", report.BackChannelLogoutUris);
    }

    private static void WriteUris(TextWriter output, string what, IReadOnlyList<ProviderUri> uris)
    {
        foreach (var (provider, uri) in uris)
        {
            output.WriteLine($"{what} at {(uris.Count == 1 ? "the provider" : $"provider {provider}")}: {uri}");
        }
    }

    private static void WriteJson(TextWriter output, CheckReport report) => CommandJson.Write(output, json =>
    {
        json.WriteBoolean("valid"u8, report.Faults.Count == 0);
        json.WriteFaults("faults", report.Faults);
        json.WriteFaults("warnings", report.Warnings);
        json.WriteStartObject("listeners"u8);
        foreach (var (name, where) in ListenersOf(report))
        {
            json.WriteString(name, where);
        }

        json.WriteEndObject();
        json.WriteNumber("rules"u8, report.Rules);
        json.WriteTexts("redirect_uris", [.. report.RedirectUris.Select(registered => registered.Uri)]);
        json.WriteTexts("post_logout_redirect_uris", report.PostLogoutUris);
        json.WriteTexts("backchannel_logout_uris", [.. report.BackChannelLogoutUris.Select(registered => registered.Uri)]);
    });

    private static IEnumerable<(string Name, string Where)> ListenersOf(CheckReport report)
    {
        if (report.Settings is not { } settings)
        {
            yield break;
        }

        yield return ("proxy", Describe(settings.Serve.Proxy.Listener));
        yield return ("api", Describe(settings.Serve.Api));
        if (AdminListener.Settings(settings) is { } admin)
        {
            yield return (AdminListener.Name, Describe(admin));
        }
    }

    private static string Describe(ListenerSettings listener) =>
        listener.Socket is { } socket ? $"unix:{socket}"
        : $"{(listener.Tls is null ? "http" : "https")}://{listener.Host}:{listener.Port}{(listener.H2cPort is { } h2c ? $", HTTP/2 without TLS on port {h2c}" : "")}";
}
