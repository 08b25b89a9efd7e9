using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Cli;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Development;

/// <summary><c>authproxy dev</c>: real headers and assertions for an application on this machine, without a provider.</summary>
internal static class DevCommand
{
    public static Command Command { get; } = new(
        "dev",
        "Runs real headers and assertions in front of an application on this machine; everybody is one person.",
        [
            new("--as", "NAME", "Who everybody is.") { IsRequired = true },
            new("--upstream", "URL", "The application; on this machine only.") { IsRequired = true },
            new("--groups", "A,B", "The groups they are in."),
            new("--claim", "NAME=VALUE", "What else is said of them; a value that is JSON stays it.") { IsRepeatable = true },
            new("--port", "PORT", "Where browsers come in; keys and probes are on the next port.") { Default = "4455" },
            new("--host", "NAME", "A further name under which browsers come in, such as app.localhost.") { IsRepeatable = true },
            new("--rules", "PATH", "A file or folder of rules to try; every upstream in them is replaced by --upstream."),
        ],
        RunAsync);

    private static async Task<int> RunAsync(CommandArguments arguments, CommandConsole console, CancellationToken cancellation)
    {
        if (DevelopmentOptions.Read(arguments, out var why) is not { } options)
        {
            await console.Error.WriteLineAsync($"authproxy: {why}");
            return ExitCodes.Usage;
        }

        using var scratch = new ScratchFolder();
        var faults = new ConfigFaults();
        if (DevelopmentHost.Build(options, scratch.Path, TimeProvider.System, faults) is not { } app)
        {
            foreach (var fault in faults)
            {
                await console.Error.WriteLineAsync(fault.ToString());
            }

            return ExitCodes.Configuration;
        }

        await using (app)
        {
            app.Lifetime.ApplicationStarted.Register(() => Preview.Write(console.Output, options, app.Services.GetRequiredService<RuleSource>().Current));
            return await ServeCommand.RunAsync(app, console, [], cancellation);
        }
    }
}
