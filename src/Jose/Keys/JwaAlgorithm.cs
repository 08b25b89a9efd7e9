using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Keys;

internal enum JwaFamily
{
    RsaPkcs1,
    RsaPss,
    Ecdsa,
    Hmac,
}

/// <summary>What one <c>alg</c> asks of a key and of a signature.</summary>
internal sealed record JwaAlgorithm(string Name, JwaFamily Family, HashAlgorithmName Hash, int HashBytes, EcCurve? Curve)
{
    private static readonly JwaAlgorithm[] All =
    [
        Sha2(SecurityAlgorithms.RsaSha256, JwaFamily.RsaPkcs1, 256),
        Sha2(SecurityAlgorithms.RsaSha384, JwaFamily.RsaPkcs1, 384),
        Sha2(SecurityAlgorithms.RsaSha512, JwaFamily.RsaPkcs1, 512),
        Sha2(SecurityAlgorithms.RsaSsaPssSha256, JwaFamily.RsaPss, 256),
        Sha2(SecurityAlgorithms.RsaSsaPssSha384, JwaFamily.RsaPss, 384),
        Sha2(SecurityAlgorithms.RsaSsaPssSha512, JwaFamily.RsaPss, 512),
        Sha2(SecurityAlgorithms.EcdsaSha256, JwaFamily.Ecdsa, 256, EcCurve.P256),
        Sha2(SecurityAlgorithms.EcdsaSha384, JwaFamily.Ecdsa, 384, EcCurve.P384),
        Sha2(SecurityAlgorithms.EcdsaSha512, JwaFamily.Ecdsa, 512, EcCurve.P521),
        Sha2(SecurityAlgorithms.HmacSha256, JwaFamily.Hmac, 256),
        Sha2(SecurityAlgorithms.HmacSha384, JwaFamily.Hmac, 384),
        Sha2(SecurityAlgorithms.HmacSha512, JwaFamily.Hmac, 512),
    ];

    /// <summary>How an RSA signature is padded.</summary>
    public RSASignaturePadding Padding => Family == JwaFamily.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    public static JwaAlgorithm? Find(string name)
    {
        foreach (var algorithm in All)
        {
            if (string.Equals(algorithm.Name, name, StringComparison.Ordinal))
            {
                return algorithm;
            }
        }

        return null;
    }

    /// <summary>The one algorithm of a curve (RFC 7518, 3.4).</summary>
    public static JwaAlgorithm Of(EcCurve curve) => All.First(algorithm => algorithm.Curve == curve);

    private static JwaAlgorithm Sha2(string name, JwaFamily family, int bits, EcCurve? curve = null)
    {
        var hash = bits switch
        {
            256 => HashAlgorithmName.SHA256,
            384 => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        return new JwaAlgorithm(name, family, hash, bits / 8, curve);
    }
}
