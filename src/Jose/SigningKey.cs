using System.Text.Json;
using AuthProxy.Jose.Signing;

namespace AuthProxy.Jose;

/// <summary>A key that signs: ES256 on P-256 or RS256 with RSA of 2048 bits or more; in a <see cref="SigningKeySet"/> of any algorithm. Safe for use by many threads at once.</summary>
public sealed class SigningKey
{
    private readonly PrivateMaterial _material;
    private readonly HeaderCache _headers = new();

    internal SigningKey(PrivateMaterial material, string? keyId = null)
    {
        _material = material;
        Thumbprint = material.IsSecret ? null : JwkThumbprint.Compute(material);
        KeyId = keyId ?? Thumbprint ?? throw new ArgumentException("a secret has no id of its own", nameof(keyId));
        VerificationKey = material.CreateVerificationKey(KeyId);
    }

    /// <summary>The key's id: its thumbprint (RFC 7638), so that the same key has the same id everywhere; a key of a set has the set's id.</summary>
    public string KeyId { get; }

    /// <summary>What tells this key from every other, whatever it is called; null for a shared secret, of which not even a hash is shown.</summary>
    public string? Thumbprint { get; }

    /// <summary>Whether this is a shared secret: it has no public half, and who verifies with it can also sign.</summary>
    public bool IsSecret => _material.IsSecret;

    /// <summary><c>ES256</c> or <c>RS256</c>; a key of a set names its own.</summary>
    public string Algorithm => _material.Algorithm;

    /// <summary>The public half.</summary>
    public VerificationKey VerificationKey { get; }

    internal int SignatureBytes => _material.SignatureBytes;

    /// <summary>Makes a new key.</summary>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    public static SigningKey Generate(string algorithm = JwtAlgorithms.ES256) => algorithm switch
    {
        JwtAlgorithms.ES256 => new SigningKey(EcPrivateMaterial.Generate()),
        JwtAlgorithms.RS256 => new SigningKey(RsaPrivateMaterial.Generate()),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), "keys are made for ES256 and RS256"),
    };

    /// <summary>Reads a private key in PEM (RFC 7468): <c>PRIVATE KEY</c>, <c>EC PRIVATE KEY</c>, <c>RSA PRIVATE KEY</c>, or <c>OPENSSH PRIVATE KEY</c> as ssh-keygen writes it, without a passphrase.</summary>
    /// <param name="pem">The text.</param>
    public static SigningKeyOutcome FromPem(ReadOnlySpan<char> pem) => SigningKeyReader.FromPem(pem);

    /// <summary>Reads a private JSON web key (RFC 7517; RFC 7518, 6.2.2 and 6.3.2).</summary>
    /// <param name="utf8">The document.</param>
    public static SigningKeyOutcome FromJwk(ReadOnlySpan<byte> utf8) => SigningKeyReader.FromJwk(utf8);

    /// <summary>The private key in PEM (PKCS #8). For a file that only its owner can read.</summary>
    public string ToPem() => _material.ToPem();

    /// <summary>Writes the public half as a JSON web key, with <c>kid</c>, <c>use</c> and <c>alg</c>.</summary>
    /// <param name="writer">Where to.</param>
    public void WritePublicJwk(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        _material.WritePublicMembers(writer);
        WriteKeyMembers(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes the public half as a JSON web key set of its own (RFC 7517, section 5), as it is published where there is one key.</summary>
    /// <param name="writer">Where to.</param>
    public void WritePublicKeySet(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        WritePublicJwk(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes the private key as a JSON web key. For a file that only its owner can read.</summary>
    /// <param name="writer">Where to.</param>
    public void WritePrivateJwk(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        _material.WritePublicMembers(writer);
        _material.WritePrivateMembers(writer);
        WriteKeyMembers(writer);
        writer.WriteEndObject();
    }

    internal byte[] EncodedHeader(string type) => _headers.For(this, type);

    internal int Sign(ReadOnlySpan<byte> data, Span<byte> signature) => _material.Sign(data, signature);

    private void WriteKeyMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("kid"u8, KeyId);
        writer.WriteString("use"u8, "sig"u8);
        writer.WriteString("alg"u8, Algorithm);
    }
}
