using System.Security.Cryptography;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>What a lookup key makes hashes of. A hash of one kind can never be taken for one of another. Those of the audit are keys.</summary>
internal static class LookupPurposes
{
    public const string Token = "token";
    public const string Subject = "subject";
    public const string Session = "session";

    public const string Audit = "audit";

    public static readonly IReadOnlyList<string> All = [Token, Subject, Session, Audit];
}

/// <summary>One version of a random key that rows are found by.</summary>
internal sealed class LookupKey(string purpose, int version, byte[] rowId, byte[] key)
{
    public const int Size = 32;

    public string Purpose => purpose;

    public int Version => version;

    /// <summary>Random, of the key's row; another one since the database was restored.</summary>
    public byte[] RowId => rowId;

    /// <summary>HMAC-SHA256 over the label and the fields, each with its length: no two different lists give the same hash.</summary>
    public byte[] Hash(string label, params ReadOnlySpan<byte[]> fields) => HMACSHA256.HashData(key, AssociatedData.Of(label, fields));
}
