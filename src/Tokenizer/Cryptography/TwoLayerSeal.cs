using System.Security.Cryptography;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>A secret under two keys, as it lies in the database.</summary>
/// <param name="MasterVersion">Which master key sealed the outer layer.</param>
/// <param name="Salt">Random, one a row: no two rows share a derived key.</param>
/// <param name="Box">The outer box; its content is the inner box.</param>
internal sealed record SealedSecret(int MasterVersion, byte[] Salt, byte[] Box);

/// <summary>
/// Seals a secret so that two things are needed to open it: something only the caller brings (a token, a ticket), inside, and the master key,
/// outside. The outer layer can be replaced without the inner one, which is what a rotation of the master key does.
/// </summary>
internal sealed class TwoLayerSeal(MasterKeys masterKeys, string purpose)
{
    private const int SaltSize = 32;

    public SealedSecret Seal(byte[] rowId, ReadOnlySpan<byte> callersPart, ReadOnlySpan<byte> secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        using var innerKey = InnerKey(callersPart, salt);
        var inner = SealedBox.Seal(innerKey.Bytes, InnerData(rowId), secret);
        return Cover(rowId, salt, inner, masterKeys.Current);
    }

    /// <returns>The secret, or null where the caller's part is another one, or the row was changed.</returns>
    /// <exception cref="MissingMasterKeyException">The row names a master key that this process does not have.</exception>
    public byte[]? Open(byte[] rowId, ReadOnlySpan<byte> callersPart, SealedSecret row)
    {
        if (Uncover(rowId, row) is not { } inner)
        {
            return null;
        }

        using var innerKey = InnerKey(callersPart, row.Salt);
        return SealedBox.Open(innerKey.Bytes, InnerData(rowId), inner);
    }

    /// <summary>Replaces the outer layer by one under the current master key. Needs no token.</summary>
    public SealedSecret? Rewrap(byte[] rowId, SealedSecret row) =>
        Uncover(rowId, row) is { } inner ? Cover(rowId, row.Salt, inner, masterKeys.Current) : null;

    /// <summary>Whether the outer layer is whole, and under the master key that the row names.</summary>
    /// <exception cref="MissingMasterKeyException">The row names a master key that this process does not have.</exception>
    public bool IsCovered(byte[] rowId, SealedSecret row) => Uncover(rowId, row) is not null;

    private SealedSecret Cover(byte[] rowId, byte[] salt, byte[] inner, MasterKey master)
    {
        using var outerKey = master.Derive(salt, "outer " + purpose);
        return new SealedSecret(master.Version, salt, SealedBox.Seal(outerKey.Bytes, OuterData(rowId, master.Version), inner));
    }

    private byte[]? Uncover(byte[] rowId, SealedSecret row)
    {
        if (!masterKeys.TryGet(row.MasterVersion, out var master))
        {
            throw new MissingMasterKeyException(row.MasterVersion);
        }

        using var outerKey = master.Derive(row.Salt, "outer " + purpose);
        return SealedBox.Open(outerKey.Bytes, OuterData(rowId, row.MasterVersion), row.Box);
    }

    private DerivedKey InnerKey(ReadOnlySpan<byte> callersPart, byte[] salt) => new(callersPart, salt, "inner " + purpose);

    // The inner layer outlives rotations, so it must not name the master key's version.
    private byte[] InnerData(byte[] rowId) => AssociatedData.Of("inner " + purpose, [SealedBox.Format], rowId);

    private byte[] OuterData(byte[] rowId, int masterVersion) =>
        AssociatedData.Of("outer " + purpose, [SealedBox.Format], rowId, AssociatedData.Number(masterVersion));
}

/// <summary>A row needs a master key that was not configured; start-up checks this, so it means that the key was taken away since.</summary>
internal sealed class MissingMasterKeyException(int version) : Exception($"master key version {version} is needed and was not configured");
