using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>Turns a place where public keys are into a source of them that follows changes.</summary>
internal static class KeyLocations
{
    // A file costs nothing to look at: a changed one counts within seconds.
    private static readonly JwksCacheOptions FileOptions = new() { TimeToLive = TimeSpan.FromSeconds(5), UnknownKeyInterval = TimeSpan.FromSeconds(1) };

    /// <param name="observer">Told of each time that the keys were read, or could not be.</param>
    public static JwksCache Open(KeyLocation location, HttpMessageInvoker http, TimeProvider clock, Action<KeySetRefresh>? observer = null) => location switch
    {
        KeyLocation.Address(var url) => new JwksCache(
            cancellation => DocumentFetcher.FromHttpAsync(http, url, cancellation), clock, new JwksCacheOptions { Observer = observer }),
        KeyLocation.SetFile(var path) => new JwksCache(cancellation => DocumentFetcher.FromFileAsync(path, cancellation), clock, FileOptions with { Observer = observer }),
        KeyLocation.PemFile(var path) => new JwksCache(cancellation => ReadPemAsync(path, cancellation), clock, FileOptions with { Observer = observer }),
        _ => throw new ArgumentOutOfRangeException(nameof(location)),
    };

    private static async ValueTask<FetchOutcome> ReadPemAsync(string path, CancellationToken cancellation)
    {
        if (await DocumentFetcher.FromFileAsync(path, cancellation) is not FetchOutcome.Fetched { Content: var content })
        {
            return new FetchOutcome.Failed("the key file cannot be read");
        }

        return ToKeySet(Encoding.ASCII.GetString(content.Span)) is { } set
            ? new FetchOutcome.Fetched(set)
            : new FetchOutcome.Failed("the key file holds no public key as PEM (RSA, or EC on P-256)");
    }

    /// <summary>Writes the key as a set, so that it passes the same checks as every other key.</summary>
    private static byte[]? ToKeySet(string pem)
    {
        // A private key must not lie here; that it would work is no reason to take it.
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            var key = rsa.ExportParameters(includePrivateParameters: false);
            return Write("RSA", null, ("n", key.Modulus!), ("e", key.Exponent!));
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return ToEcKeySet(pem);
        }
    }

    private static byte[]? ToEcKeySet(string pem)
    {
        try
        {
            using var ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            var key = ec.ExportParameters(includePrivateParameters: false);
            return ec.KeySize == 256 ? Write("EC", "P-256", ("x", key.Q.X!), ("y", key.Q.Y!)) : null;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Write(string type, string? curve, params (string Name, byte[] Value)[] members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        writer.WriteStartObject();
        writer.WriteString("kty", type);
        if (curve is not null)
        {
            writer.WriteString("crv", curve);
        }

        foreach (var (name, value) in members)
        {
            writer.WriteString(name, System.Buffers.Text.Base64Url.EncodeToString(value));
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
