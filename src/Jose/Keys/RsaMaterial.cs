using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Keys;

internal sealed class RsaMaterial : KeyMaterial
{
    // RFC 7518, 3.3 and 3.5 ask for 2048 bits; above 8192 a single verification becomes a means to keep us busy.
    public const int MinimumBits = 2048;
    private const int MaximumBits = 8192;

    private readonly InstancePool<RsaSecurityKey> _keys;
    private readonly int _signatureBytes;

    private RsaMaterial(RSAParameters parameters)
    {
        _keys = new InstancePool<RsaSecurityKey>(() => new RsaSecurityKey(RSA.Create(parameters)));
        _signatureBytes = parameters.Modulus!.Length;
        Identity = parameters.Modulus;
        _keys.Return(_keys.Rent());
    }

    public override string KeyType => "RSA";

    public override ReadOnlyMemory<byte> Identity { get; }

    /// <summary>A null fault means success.</summary>
    public static string? Create(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, out RsaMaterial? material)
    {
        material = null;

        // Leading zeros would make a short modulus look long enough.
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);
        if (modulus.IsEmpty || BitLength(modulus) is < MinimumBits or > MaximumBits)
        {
            return $"its modulus is not of {MinimumBits} to {MaximumBits} bits";
        }

        // e = 1 accepts every signature; an even one is no RSA at all.
        if (exponent.Length is 0 or > 8 || (exponent[^1] & 1) == 0 || (exponent.Length == 1 && exponent[0] < 3))
        {
            return "its exponent is not an odd number of 3 or more";
        }

        try
        {
            material = new RsaMaterial(new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() });
            return null;
        }
        catch (CryptographicException)
        {
            return "it is not a usable RSA key";
        }
    }

    public override bool Fits(JwaAlgorithm algorithm) => algorithm.Family is JwaFamily.RsaPkcs1 or JwaFamily.RsaPss;

    public override bool Verify(JwaAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _signatureBytes)
        {
            return false;
        }

        var key = _keys.Rent();
        try
        {
            return key.Rsa.VerifyData(data, signature, algorithm.Hash, algorithm.Padding);
        }
        finally
        {
            _keys.Return(key);
        }
    }

    private static int BitLength(ReadOnlySpan<byte> number) =>
        (number.Length * 8) - (System.Numerics.BitOperations.LeadingZeroCount((uint)number[0]) - 24);
}
