using System.Security.Cryptography;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tokens;

/// <summary>The data key of each token, and what is sealed under it directly.</summary>
internal sealed class TokenKeys(KeyRing ring)
{
    public const int DataKeySize = 32;

    private readonly TwoLayerSeal _seal = Seal(ring.MasterKeys);

    public static TwoLayerSeal Seal(MasterKeys masterKeys) => new(masterKeys, "data key");

    public (byte[] DataKey, SealedSecret Sealed) New(byte[] rowId, DataToken token)
    {
        var dataKey = RandomNumberGenerator.GetBytes(DataKeySize);
        return (dataKey, _seal.Seal(rowId, token.ToBytes(), dataKey));
    }

    /// <exception cref="DamagedRowException">The row was changed, or another row's content was put in its place.</exception>
    public byte[] Open(TokenRecord row, DataToken token) =>
        _seal.Open(row.RowId, token.ToBytes(), row.DataKey) ?? throw new DamagedRowException("a token's key does not open with the token");

    public static byte[] SealMetadata(byte[] rowId, byte[] dataKey, byte[] metadata) => Seal("metadata", rowId, dataKey, metadata);

    /// <exception cref="DamagedRowException">The metadata was changed.</exception>
    public static byte[] OpenMetadata(byte[] rowId, byte[] dataKey, byte[] box) => Open("metadata", rowId, dataKey, box);

    public static byte[] SealMask(byte[] rowId, byte[] dataKey, byte[] mask) => Seal("mask", rowId, dataKey, mask);

    /// <exception cref="DamagedRowException">The mask was changed.</exception>
    public static byte[] OpenMask(byte[] rowId, byte[] dataKey, byte[] box) => Open("mask", rowId, dataKey, box);

    private static byte[] Seal(string what, byte[] rowId, byte[] dataKey, byte[] content)
    {
        using var key = new DerivedKey(dataKey, rowId, what);
        return SealedBox.Seal(key.Bytes, BoundTo(what, rowId), content);
    }

    private static byte[] Open(string what, byte[] rowId, byte[] dataKey, byte[] box)
    {
        using var key = new DerivedKey(dataKey, rowId, what);
        return SealedBox.Open(key.Bytes, BoundTo(what, rowId), box) ?? throw new DamagedRowException($"a token's {what} does not open");
    }

    private static byte[] BoundTo(string what, byte[] rowId) => AssociatedData.Of(what, [SealedBox.Format], rowId);
}

/// <summary>Somebody changed the database, or the disk did.</summary>
internal sealed class DamagedRowException(string message) : Exception(message);
