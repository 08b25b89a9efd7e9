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
                return (Signer(jws, found.Keys) ?? await NewerSignerAsync(jws, keys, cancellation)) is { } signer
                    ? (signer, null)
                    : (null, new Rejected(JwtFault.SignatureInvalid, "the token's signature does not match a key of its issuer"));
            case KeyLookup.Unavailable unavailable:
                return (null, new KeysUnavailable(unavailable.Why));
            default:
                return (null, new Rejected(JwtFault.KeyUnknown, "no key of the issuer fits the token"));
        }
    }

    // A token that names its key is known to be of none of those; one that does not may be of a key that was added meanwhile.
    private static async ValueTask<VerificationKey?> NewerSignerAsync(CompactJws jws, IKeySource keys, CancellationToken cancellation) =>
        jws.Header.KeyId is null
        && await keys.FindNewerAsync(jws.Header.Algorithm, cancellation) is KeyLookup.Found { Keys.Count: <= MaximumCandidates } newer
            ? Signer(jws, newer.Keys)
            : null;

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
