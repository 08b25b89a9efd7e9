using AuthProxy.Jose.Reading;
using static AuthProxy.Jose.JwtOutcome;

namespace AuthProxy.Jose.Verifying;

/// <summary>Who signed it? Answers before any claim is looked at.</summary>
internal static class SignatureCheck
{
    // A token without kid is tried against every key that fits; a set of many keys must not make each forged token that expensive.
    private const int MaximumCandidates = 8;

    /// <summary>The key that made the signature, or the outcome that ends the verification.</summary>
    public static async ValueTask<(VerificationKey? Key, JwtOutcome? Fault)> FindSignerAsync(
        CompactJws jws, IReadOnlyCollection<string> algorithms, IKeySource keys, CancellationToken cancellation)
    {
        var header = jws.Header;
        if (!algorithms.Contains(header.Algorithm, StringComparer.Ordinal) || !JwtAlgorithms.IsKnown(header.Algorithm))
        {
            return (null, new Rejected(JwtFault.AlgorithmNotAllowed, "the token's algorithm is not accepted"));
        }

        switch (await keys.FindAsync(header.KeyId, header.Algorithm, cancellation))
        {
            case KeyLookup.Found { Keys.Count: > MaximumCandidates }:
                return (null, new Rejected(JwtFault.KeyUnknown, "the token names no key and too many would fit it"));
            case KeyLookup.Found found:
                return Signer(jws, found.Keys) is { } signer
                    ? (signer, null)
                    : (null, new Rejected(JwtFault.SignatureInvalid, "the token's signature does not match a key of its issuer"));
            case KeyLookup.Unavailable unavailable:
                return (null, new KeysUnavailable(unavailable.Why));
            default:
                return (null, new Rejected(JwtFault.KeyUnknown, "no key of the issuer fits the token"));
        }
    }

    private static VerificationKey? Signer(CompactJws jws, IReadOnlyList<VerificationKey> candidates)
    {
        foreach (var key in candidates)
        {
            if (key.Verify(jws.Header.Algorithm, jws.SigningInput, jws.Signature))
            {
                return key;
            }
        }

        return null;
    }
}
