using System.Security.Cryptography;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Edges;

/// <summary>A text in a file or, as base64, in the configuration itself.</summary>
public sealed record TlsSource(string? Path, Secret? Base64)
{
    public static Schema<TlsSource> Schema(string what) => Declare.Object<TlsSource>(what, $"PEM text of the {what}.", o =>
    {
        var path = o.Path("path", "File with the PEM text; a new one is taken without a restart.").Optional();
        var base64 = o.Secret("base64", "The PEM text as base64.").Optional();
        return read =>
        {
            if (read.Get(path) is null == read.Get(base64) is null)
            {
                read.Fault("needs exactly one of path and base64");
            }

            return new TlsSource(read.Get(path), read.Get(base64));
        };
    });

    /// <summary>The file to watch, if there is one.</summary>
    public string? File => Path ?? Base64?.File;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">The base64 is none.</exception>
    internal string ReadPem()
    {
        if (Path is not null)
        {
            return SmallFile.ReadText(Path);
        }

        var text = Base64!.File is { } file ? SmallFile.ReadText(file) : Base64.Reveal();
        var bytes = Convert.FromBase64String(text);
        var pem = System.Text.Encoding.ASCII.GetString(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return pem;
    }
}

/// <summary>What a listener shows to clients, and what it wants to see of them.</summary>
/// <param name="ClientCa">Given: every client must bring a certificate that one of these authorities signed.</param>
public sealed record TlsSettings(TlsSource Certificate, TlsSource Key, TlsSource? ClientCa)
{
    public static readonly Schema<TlsSettings> Schema = Declare.Object<TlsSettings>("tls", "Certificate and key of a listener.", o =>
    {
        var certificate = o.Object("cert", TlsSource.Schema("certificate"), "The certificate, with the chain behind it.");
        var key = o.Object("key", TlsSource.Schema("key"), "The certificate's private key, not encrypted.");
        var clientCa = o.Object("client_ca", TlsSource.Schema("client authorities"), "Authorities of which every client must bring a certificate.").Optional();
        return read =>
        {
            var settings = new TlsSettings(read.Get(certificate), read.Get(key), read.Get(clientCa));
            if (!TlsMaterial.TryRead(settings, out var material, out var why))
            {
                read.Fault(why);
            }

            material?.Dispose();
            return settings;
        };
    });
}
