using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose.Keys;

namespace AuthProxy.Jose.Signing;

/// <summary>A shared secret that signs (RFC 7518, 3.2). It has no public half, so nothing of it is ever written.</summary>
internal sealed class OctPrivateMaterial(byte[] secret, JwaAlgorithm algorithm) : PrivateMaterial
{
    public override string Algorithm => algorithm.Name;

    public override int SignatureBytes => algorithm.HashBytes;

    public override bool IsSecret => true;

    public override VerificationKey CreateVerificationKey(string keyId) => new(new OctMaterial(secret), keyId, Algorithm);

    public override void WritePublicMembers(Utf8JsonWriter writer) => throw NothingToWrite();

    public override void WritePrivateMembers(Utf8JsonWriter writer) => throw NothingToWrite();

    public override string ToPem() => throw NothingToWrite();

    public override int Sign(ReadOnlySpan<byte> data, Span<byte> signature) => CryptographicOperations.HmacData(algorithm.Hash, secret, data, signature);

    private static InvalidOperationException NothingToWrite() => new("a shared secret is not written");
}
