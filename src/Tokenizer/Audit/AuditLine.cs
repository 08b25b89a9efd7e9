using System.Security.Cryptography;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>One line of the audit. Holds no token, value, credential, session id or name of a person in the clear.</summary>
/// <param name="Chain">The chain's id.</param>
/// <param name="Sequence">1, 2, 3 and so on within the chain.</param>
/// <param name="Previous">The hash of the line before; zeros for the first.</param>
/// <param name="Time">Milliseconds since 1970, by the clock of the replica.</param>
/// <param name="Action">What was asked, by its name.</param>
/// <param name="Refusal">Why it was refused; empty where it was done.</param>
/// <param name="Application">Whose tokens are concerned; empty where that is not known.</param>
/// <param name="Caller">The trust entry whose credential it came with; empty where nobody's was accepted.</param>
/// <param name="KeyId">The id of the key that signed the credential.</param>
/// <param name="Actor">Issuer and subject, sealed by <see cref="ActorSeal"/>; empty where no person asks.</param>
/// <param name="Session">The keyed hash of the session.</param>
/// <param name="Token">The keyed hash of the token.</param>
/// <param name="Rule">The proxy's rule, where its assertion names it.</param>
/// <param name="TraceId">The request's name in logs, traces and the client's error.</param>
/// <param name="Count">How many requests the line stands for: one, except for refusals of callers that nobody knows.</param>
internal sealed record AuditLine(
    byte[] Chain,
    long Sequence,
    byte[] Previous,
    long Time,
    string Action,
    string Refusal,
    string Application,
    string Caller,
    string KeyId,
    byte[] Actor,
    byte[] Session,
    byte[] Token,
    string Rule,
    string TraceId,
    long Count)
{
    public const int IdSize = 16;
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>What the next line names as the one before it.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> row) => SHA256.HashData(row);
}
