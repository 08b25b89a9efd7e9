using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>
/// Who asked, readable for auditors and not for thieves of the database: issuer and subject are sealed under a key of the chain's own, which
/// needs the master key. A line under another chain's id or number does not open.
/// </summary>
internal sealed class ActorSeal(LookupKeys keys)
{
    private byte[] _chain = [];
    private byte[] _key = [];

    /// <summary>Seals for a line. For one thread: the key of the chain at hand is kept.</summary>
    public byte[] Seal(byte[] chain, long sequence, string issuer, string subject)
    {
        if (!_chain.AsSpan().SequenceEqual(chain))
        {
            (_chain, _key) = (chain, keys.AuditActorKeys(chain)[0]);
        }

        return SealedBox.Seal(_key, BoundTo(chain, sequence), AssociatedData.Of("actor", Encoding.UTF8.GetBytes(issuer), Encoding.UTF8.GetBytes(subject)));
    }

    /// <returns>Null where the line was changed, or its key is not to be had any more.</returns>
    public (string Issuer, string Subject)? Open(AuditLine line)
    {
        foreach (var key in keys.AuditActorKeys(line.Chain))
        {
            if (SealedBox.Open(key, BoundTo(line.Chain, line.Sequence), line.Actor) is { } opened)
            {
                var fields = AssociatedData.Read(opened, "actor", count: 2);
                CryptographicOperations.ZeroMemory(opened);
                return fields is [var issuer, var subject] ? (Encoding.UTF8.GetString(issuer), Encoding.UTF8.GetString(subject)) : null;
            }
        }

        return null;
    }

    private static byte[] BoundTo(byte[] chain, long sequence) =>
        AssociatedData.Of("audit actor", [SealedBox.Format], chain, AssociatedData.Number(sequence));
}
