using System.Security.Cryptography;

namespace AuthProxy.Jose.Keys;

internal sealed class OctMaterial(byte[] secret) : KeyMaterial
{
    public override string KeyType => "oct";

    public override ReadOnlyMemory<byte> Identity { get; } = SHA256.HashData(secret);

    // RFC 7518, 3.2: a secret shorter than the hash could be guessed more easily than the hash.
    public override bool Fits(JwaAlgorithm algorithm) => algorithm.Family == JwaFamily.Hmac && secret.Length >= algorithm.HashBytes;

    public override bool Verify(JwaAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[algorithm.HashBytes];
        CryptographicOperations.HmacData(algorithm.Hash, secret, data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }
}
