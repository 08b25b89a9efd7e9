using System.Reflection;
using System.Runtime.InteropServices;

namespace AuthProxy.Proxy.Cli;

/// <summary><c>authproxy version</c></summary>
internal static class VersionCommand
{
    /// <summary>The version that was built; without what the compiler adds behind a plus.</summary>
    public static string Version { get; } =
        (typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    public static Command Command { get; } = new("version", "Prints the version of AuthProxy and of the runtime.", [], (_, console, _) =>
    {
        console.Output.WriteLine($"authproxy {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
        return Task.FromResult(AuthProxy.Hosting.ExitCodes.Success);
    });
}
