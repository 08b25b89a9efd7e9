using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Health;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors.Pages;
using AuthProxy.Proxy.Keys;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sealing;
using Microsoft.AspNetCore.Connections;

namespace AuthProxy.Proxy;

/// <summary><c>authproxy serve</c>: reads, checks, starts, and runs until it is told to stop.</summary>
internal static class ServeCommand
{
    private const string ConfigOption = "--config";

    public static Command Command { get; } = new(
        "serve",
        "Runs the Proxy.",
        [new CommandOption(ConfigOption, "FILE", "The configuration file.") { Default = "config/authproxy.yaml" }],
        (arguments, console, cancellation) => RunAsync(arguments[ConfigOption], console, cancellation));

    public static async Task<int> RunAsync(string? path, CommandConsole console, CancellationToken cancellation)
    {
        var environment = ConfigDocument.ProcessEnvironment();
        var document = ConfigDocument.Load(path, "AUTHPROXY", environment);
        OathkeeperEnvironment.Warn(environment, document.Faults);
        if (document.Read(ProxySettings.Schema) is not { } settings)
        {
            return await ReportEverythingAsync(document.Faults, path, environment, console, cancellation);
        }

        var faults = new ConfigFaults();
        var oidc = settings.ReadOidc(faults);
        if (ProxyKeys.Load(settings.KeysFolder, faults) is not { } keys || faults.Any)
        {
            return await ReportEverythingAsync(faults, path, environment, console, cancellation);
        }

        try
        {
            await using var app = ProxyHost.Build(settings, oidc, keys, TimeProvider.System);
            return await RunAsync(app, console, document.Faults.Warnings, cancellation);
        }
        catch (Exception fault) when (fault is SessionStoreException or RealmKeyException)
        {
            await console.Error.WriteLineAsync($"authproxy: {fault.Message}");
            return ExitCodes.Unavailable;
        }
    }

    /// <summary>Starts a Proxy that was built, and runs it until it is told to stop.</summary>
    public static async Task<int> RunAsync(WebApplication app, CommandConsole console, IReadOnlyList<ConfigFault> warnings, CancellationToken cancellation)
    {
        foreach (var warning in warnings)
        {
            app.Logger.ConfigurationWarning(warning);
        }

        try
        {
            var faults = new ConfigFaults();
            app.Services.GetRequiredService<HandlerCatalogue>().Check(faults);
            app.Services.GetRequiredService<PageTemplates>().Check(faults);
            var rules = app.Services.GetRequiredService<RuleReloader>();
            faults.AddRange(rules.Start());
            if (faults.Any)
            {
                return Report(faults, console);
            }

            // Made now, so that it watches from now on.
            app.Services.GetRequiredService<SigningKeyWatch>();
            app.Services.GetRequiredService<HealthState>().AddCondition("rules", () => rules.IsReady);
            await app.RunAsync(cancellation);
            return ExitCodes.Success;
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            await console.Error.WriteLineAsync($"authproxy: {fault.Message}");
            return ExitCodes.Address;
        }
    }

    // The first fault would do to stay where we are; whoever has to correct them wants to see all.
    private static async Task<int> ReportEverythingAsync(
        ConfigFaults found, string? path, IReadOnlyDictionary<string, string> environment, CommandConsole console, CancellationToken cancellation) =>
        Report(found.Union((await ConfigurationCheck.RunAsync(path, environment, cancellation)).Faults), console);

    private static int Report(IEnumerable<ConfigFault> faults, CommandConsole console)
    {
        foreach (var fault in faults)
        {
            console.Error.WriteLine(fault);
        }

        return ExitCodes.Configuration;
    }
}

internal static partial class Log
{
    [LoggerMessage(1501, LogLevel.Warning, "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, ConfigFault warning);
}
