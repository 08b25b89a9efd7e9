using System.Globalization;

namespace AuthProxy.Demo;

/// <summary>What the command line, or DEMO_PORT_BASE, may say.</summary>
/// <param name="Check">Walk the story and end.</param>
/// <param name="PortBase">The Proxy's port, by which all others go; null: the usual one, or any free one for a check.</param>
/// <param name="DataFolder">Run in this folder, on a copy of the configuration; null: in the repository, or for a check in a fresh folder that is deleted.</param>
internal sealed record DemoOptions(bool Check, int? PortBase, string? DataFolder)
{
    public static DemoOptions? Parse(string[] args, out string? fault)
    {
        fault = null;
        var options = new DemoOptions(false, null, null);
        var portText = Environment.GetEnvironmentVariable("DEMO_PORT_BASE");
        for (var index = 0; index < args.Length; index++)
        {
            switch (args[index])
            {
                case "--check":
                    options = options with { Check = true };
                    break;
                case "--data-folder" when index + 1 < args.Length:
                    options = options with { DataFolder = Path.GetFullPath(args[++index]) };
                    break;
                case "--port-base" when index + 1 < args.Length:
                    portText = args[++index];
                    break;
                default:
                    fault = $"{args[index]} is not understood (known: --check, --port-base <number>, --data-folder <path>)";
                    return null;
            }
        }

        if (string.IsNullOrEmpty(portText))
        {
            return options;
        }

        if (int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1024 and <= 65000)
        {
            return options with { PortBase = port };
        }

        fault = $"port base {portText} must be a number between 1024 and 65000";
        return null;
    }
}

/// <summary>The demo cannot go on, for a reason that its user can do something about.</summary>
internal sealed class DemoException(string message) : Exception(message);
