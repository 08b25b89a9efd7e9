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

    public static byte[] SealMetadata(byte[] rowId, byte[] dataKey, byte[] metadata)
    {
        using var key = new DerivedKey(dataKey, rowId, "metadata");
        return SealedBox.Seal(key.Bytes, MetadataData(rowId), metadata);
    }

    /// <exception cref="DamagedRowException">The metadata was changed.</exception>
    public static byte[] OpenMetadata(byte[] rowId, byte[] dataKey, byte[] box)
    {
        using var key = new DerivedKey(dataKey, rowId, "metadata");
        return SealedBox.Open(key.Bytes, MetadataData(rowId), box) ?? throw new DamagedRowException("a token's metadata does not open");
    }

    private static byte[] MetadataData(byte[] rowId) => AssociatedData.Of("metadata", [SealedBox.Format], rowId);
}

/// <summary>Somebody changed the database, or the disk did.</summary>
internal sealed class DamagedRowException(string message) : Exception(message);
