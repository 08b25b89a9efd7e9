using System.Security.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>A lookup key as it lies in the database, under a master key.</summary>
internal static class WrappedLookupKey
{
    public static StoredLookupKey New(string purpose, MasterKey master) =>
        Seal(new StoredLookupKey(purpose, Version: 1, RandomNumberGenerator.GetBytes(16), 0, [], []), RandomNumberGenerator.GetBytes(LookupKey.Size), master);

    /// <returns>Null where it was changed.</returns>
    public static byte[]? Open(StoredLookupKey row, MasterKey master)
    {
        using var wrapping = master.Derive(row.Salt, "lookup key");
        return SealedBox.Open(wrapping.Bytes, BoundTo(row, row.MasterVersion), row.Box);
    }

    public static StoredLookupKey Seal(StoredLookupKey row, byte[] key, MasterKey master)
    {
        var salt = RandomNumberGenerator.GetBytes(32);
        using var wrapping = master.Derive(salt, "lookup key");
        return row with { MasterVersion = master.Version, Salt = salt, Box = SealedBox.Seal(wrapping.Bytes, BoundTo(row, master.Version), key) };
    }

    private static byte[] BoundTo(StoredLookupKey row, int masterVersion) => AssociatedData.Of(
        "lookup key " + row.Purpose, [SealedBox.Format], AssociatedData.Number(row.Version), row.RowId, AssociatedData.Number(masterVersion));
}
