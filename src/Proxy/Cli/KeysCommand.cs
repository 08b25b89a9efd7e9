using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Cli;

/// <summary><c>authproxy keys generate</c>: new keys, never in place of old ones.</summary>
internal static class KeysCommand
{
    private const string Pem = "pem";
    private const string Jwks = "jwks";
    private const string Secret = "secret";

    public static Command Generate { get; } = new(
        "keys generate",
        "Makes keys: a signing key as PEM or key set, or a Kubernetes Secret with all that a Proxy needs.",
        [
            new("--folder", "FOLDER", "Writes the key as the next file there, mode 0600, instead of printing it; nothing is ever overwritten."),
            new("--as", "FORM", "pem, jwks (a private key set) or secret.") { Default = Pem, Choices = [Pem, Jwks, Secret] },
            new("--alg", "ALGORITHM", "ES256 or RS256.") { Default = JwtAlgorithms.ES256, Choices = [JwtAlgorithms.ES256, JwtAlgorithms.RS256] },
            new("--name", "NAME", "The Secret's name.") { Default = "authproxy-keys" },
        ],
        (arguments, console, _) => Task.FromResult(Run(arguments, console)));

    private static int Run(CommandArguments arguments, CommandConsole console)
    {
        var algorithm = arguments["--alg"]!;
        var form = arguments["--as"]!;
        if (arguments["--folder"] is { } folder)
        {
            return form == Secret ? Refuse(console, "--as secret is for standard output; leave --folder out") : WriteTo(folder, form, algorithm, console);
        }

        var key = SigningKey.Generate(algorithm);
        console.Output.Write(form switch
        {
            Jwks => PrivateKeySet(key),
            Secret => SecretManifest(arguments["--name"]!, key),
            _ => key.ToPem() + "\n",
        });
        return ExitCodes.Success;
    }

    private static int WriteTo(string folder, string form, string algorithm, CommandConsole console)
    {
        try
        {
            console.Output.WriteLine(form == Pem ? SigningKeyRing.GenerateNext(folder, algorithm) : WriteKeySet(folder, SigningKey.Generate(algorithm)));
            return ExitCodes.Success;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"authproxy: no key was written to {folder}: {fault.Message}");
            return ExitCodes.Failure;
        }
    }

    private static string WriteKeySet(string folder, SigningKey key)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{key.KeyId}.jwks.json");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.Write(PrivateKeySet(key));
        return path;
    }

    private static string PrivateKeySet(SigningKey key)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys"u8);
            key.WritePrivateJwk(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>Every file of the keys folder, so that replicas share a realm and nothing is generated in a pod.</summary>
    private static string SecretManifest(string name, SigningKey key) =>
        $"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: {name}
        type: Opaque
        data:
          # The signing key of this Proxy workload: assertions, and what it says to the Tokenizer.
          0001.pem: {Base64(Encoding.ASCII.GetBytes(key.ToPem() + "\n"))}
          # The realm's session key, the same in every Proxy of the realm; sessions.keys_folder names the mounted folder.
          1.key: {Base64(Encoding.ASCII.GetBytes(Base64(RandomNumberGenerator.GetBytes(32)) + "\n"))}
          # The realm's secret for the session ids of bearers, the same in every Proxy of the realm.
          realm-bearer.key: {Base64(RandomNumberGenerator.GetBytes(32))}

        """.ReplaceLineEndings("\n");

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    private static int Refuse(CommandConsole console, string why)
    {
        console.Error.WriteLine($"authproxy: {why}");
        return ExitCodes.Usage;
    }
}
