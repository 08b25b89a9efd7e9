using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Audit;

/// <summary>
/// Lines as they lie in the database: the encoded line, and behind it an HMAC-SHA256 under the audit's key, which needs the master key. Whoever
/// may only write in the database can remove lines, and make none.
/// </summary>
internal sealed class LineSeal(LookupKeys keys)
{
    private const int Size = HMACSHA256.HashSizeInBytes;

    public byte[] Seal(AuditLine line)
    {
        var encoded = AuditLineFormat.Encode(line);
        return [.. encoded, .. keys.AuditLineSeal(encoded)];
    }

    /// <returns>Null where the bytes are no line, or none that a Tokenizer with this key wrote.</returns>
    public AuditLine? Open(byte[] row) =>
        row.Length > Size && row[..^Size] is var encoded && keys.IsAuditLineSeal(encoded, row.AsSpan(row.Length - Size)) ? AuditLineFormat.Decode(encoded) : null;
}
