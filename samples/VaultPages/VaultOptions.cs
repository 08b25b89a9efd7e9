using System.Globalization;

namespace AuthProxy.VaultPages;

/// <summary>What the command line may say.</summary>
/// <param name="Embedder">The one origin whose pages may embed the vault and hear of new tokens.</param>
internal sealed record VaultOptions(int Port, string Embedder)
{
    public static VaultOptions? Parse(string[] args, out string? fault)
    {
        var options = new VaultOptions(4471, "http://bank.app.localhost:4455");
        for (var index = 0; index < args.Length; index += 2)
        {
            var value = index + 1 < args.Length ? args[index + 1] : "";
            switch (args[index])
            {
                case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536:
                    options = options with { Port = port };
                    break;

                // It ends up in a security policy and as postMessage's target: exactly scheme, host and port, nothing else.
                case "--embedder" when Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") && uri.GetLeftPart(UriPartial.Authority) == value:
                    options = options with { Embedder = value };
                    break;
                default:
                    fault = $"{args[index]} {value} is not understood (known: --port <number>, --embedder <origin such as http://bank.app.localhost:4455>)";
                    return null;
            }
        }

        fault = null;
        return options;
    }
}
