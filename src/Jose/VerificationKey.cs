using System.Security.Cryptography;
using AuthProxy.Jose.Keys;

namespace AuthProxy.Jose;

/// <summary>
/// A key that verifies signatures, bound to what it may be used for: its type, its curve and, where it says so, its one algorithm (RFC 8725, 3.1).
/// Safe for use by many threads at once.
/// </summary>
public sealed class VerificationKey
{
    private readonly KeyMaterial _material;

    internal VerificationKey(KeyMaterial material, string? keyId, string? algorithm)
    {
        _material = material;
        KeyId = keyId;
        Algorithm = algorithm;
    }

    /// <summary>The key's <c>kid</c> (RFC 7517, 4.5).</summary>
    public string? KeyId { get; }

    /// <summary>The only algorithm that this key is meant for, when it names one (RFC 7517, 4.4).</summary>
    public string? Algorithm { get; }

    /// <summary><c>RSA</c>, <c>EC</c> or <c>oct</c>.</summary>
    public string KeyType => _material.KeyType;

    /// <summary>The curve of an EC key.</summary>
    public string? Curve => _material.Curve;

    /// <summary>A shared secret for HS256, HS384 or HS512 (RFC 7518, 3.2): at least as long as the hash.</summary>
    /// <param name="secret">The secret's bytes; copied.</param>
    /// <param name="keyId">The key's id, when it has one.</param>
    public static VerificationKey FromSecret(ReadOnlySpan<byte> secret, string? keyId = null) =>
        new(new OctMaterial(secret.ToArray()), keyId, null);

    /// <summary>May this key verify this algorithm at all?</summary>
    /// <param name="algorithm">A name as in <c>alg</c>.</param>
    public bool Fits(string algorithm) => JwaAlgorithm.Find(algorithm) is { } known && Fits(known);

    /// <summary>Verifies a signature. An algorithm that does not fit this key is the same as a wrong signature.</summary>
    /// <param name="algorithm">A name as in <c>alg</c>.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature; of ECDSA in the fixed-length form of RFC 7518, 3.4.</param>
    public bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (JwaAlgorithm.Find(algorithm) is not { } known || !Fits(known))
        {
            return false;
        }

        try
        {
            return _material.Verify(known, data, signature);
        }
        catch (CryptographicException)
        {
            // Whatever a signature does to the library underneath, it is not a valid one.
            return false;
        }
    }

    internal bool IsSameAs(VerificationKey other) => KeyId == other.KeyId && HasMaterialOf(other);

    internal bool HasMaterialOf(VerificationKey other) =>
        KeyType == other.KeyType && _material.Identity.Span.SequenceEqual(other._material.Identity.Span);

    private bool Fits(JwaAlgorithm algorithm) =>
        (Algorithm is null || string.Equals(Algorithm, algorithm.Name, StringComparison.Ordinal)) && _material.Fits(algorithm);
}
