using System.Buffers;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.OpenIdConnect.Clients;

namespace AuthProxy.Proxy.Cli;

/// <summary><c>authproxy keys client</c>: what a provider has to know of the key that signs this client's assertions (<c>private_key_jwt</c>).</summary>
internal static class ClientKeyCommand
{
    public static Command Command { get; } = new(
        "keys client",
        "Prints the public half of a provider's client_key as a JSON web key set, to be registered at the provider.",
        [new("--config", "FILE", "The configuration file that names the key.") { Default = "config/authproxy.yaml" }],
        (arguments, console, _) => Task.FromResult(Run(arguments, console)))
    {
        Operands = ["PROVIDER"],
    };

    private static int Run(CommandArguments arguments, CommandConsole console)
    {
        var document = ConfigDocument.Load(arguments["--config"], "AUTHPROXY", ConfigDocument.ProcessEnvironment());
        if (document.Read(ProxySettings.Schema) is not { } settings)
        {
            return Refuse(console, document.Faults);
        }

        var faults = new ConfigFaults();
        var providers = settings.ReadOidc(faults)?.Providers ?? [];
        if (faults.Any)
        {
            return Refuse(console, faults);
        }

        var named = arguments.Operands is [var name] ? name : null;
        IReadOnlyList<OidcProviderSettings> chosen = [.. providers.Where(provider => named is null ? provider.Client.Key is not null : provider.Name == named)];
        return chosen switch
        {
            [{ Client.Key: { } key }] => Print(key, console),
            [{ Name: var keyless }] => Fail(console, ExitCodes.Failure, $"provider '{keyless}' has no client_key"),
            [] when named is not null => Fail(console, ExitCodes.Usage, $"there is no provider '{named}' (known: {Names(providers)})"),
            [] => Fail(console, ExitCodes.Failure, "no provider has a client_key"),
            _ => Fail(console, ExitCodes.Usage, $"keys client needs the name of a provider: {Names(chosen)}"),
        };
    }

    // The key has been read before, or the configuration would have had a fault.
    private static int Print(Secret key, CommandConsole console)
    {
        if (ClientKey.Parse(key.Reveal(), out var why) is not { } signing)
        {
            return Fail(console, ExitCodes.Failure, $"client_key cannot be used: {why}");
        }

        console.Output.Write(KeySetOf(signing));
        return ExitCodes.Success;
    }

    private static string KeySetOf(SigningKey key)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            key.WritePublicKeySet(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static string Names(IEnumerable<OidcProviderSettings> providers) => string.Join(", ", providers.Select(provider => provider.Name));

    private static int Refuse(CommandConsole console, IEnumerable<ConfigFault> faults)
    {
        foreach (var fault in faults)
        {
            console.Error.WriteLine(fault);
        }

        return ExitCodes.Configuration;
    }

    private static int Fail(CommandConsole console, int code, string why)
    {
        console.Error.WriteLine($"authproxy: {why}");
        return code;
    }
}
