using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose;

/// <summary>The signature algorithms that exist for us (RFC 7518, 3.1). <c>none</c> does not.</summary>
public static class JwtAlgorithms
{
    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    public const string ES256 = SecurityAlgorithms.EcdsaSha256;

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    public const string RS256 = SecurityAlgorithms.RsaSha256;

    /// <summary>All algorithms with public keys; what a policy takes when nobody chose.</summary>
    public static IReadOnlyList<string> Asymmetric { get; } =
    [
        RS256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        ES256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Algorithms with a shared secret; only for policies that name them and keys of type <c>oct</c>.</summary>
    public static IReadOnlyList<string> Symmetric { get; } =
        [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    /// <summary>Can this algorithm be verified here at all? Names are compared by case (RFC 7515, 4.1.1).</summary>
    /// <param name="algorithm">The name as in <c>alg</c>.</param>
    public static bool IsKnown(string algorithm) => Keys.JwaAlgorithm.Find(algorithm) is not null;
}
