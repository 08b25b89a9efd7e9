using System.Security.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>The keys of one database: the master keys it was written under and the lookup keys that it keeps under them.</summary>
internal sealed record KeyRing(MasterKeys MasterKeys, LookupKeys LookupKeys)
{
    /// <summary>Recognises the master keys by the database's check values, and adds what a new database lacks.</summary>
    public static async Task<KeyRingOutcome> OpenAsync(ITokenStore store, MasterKeys masterKeys, CancellationToken cancellation)
    {
        var stored = await store.ReadKeysAsync(cancellation);
        if (FaultOf(stored, masterKeys) is { } fault)
        {
            return new KeyRingOutcome.Refused(fault);
        }

        // Two processes may start on an empty database at once: the store keeps the first key of each kind, and both use that.
        stored = await store.AddKeysAsync(MissingFrom(stored, masterKeys), cancellation);
        return FaultOf(stored, masterKeys) is { } lateFault ? new KeyRingOutcome.Refused(lateFault) : Unwrap(stored, masterKeys);
    }

    /// <summary>Recognises the master keys and adds nothing: for whoever only reads the database.</summary>
    public static async Task<KeyRingOutcome> ReadAsync(ITokenStore store, MasterKeys masterKeys, CancellationToken cancellation)
    {
        var stored = await store.ReadKeysAsync(cancellation);
        if (FaultOf(stored, masterKeys) is { } fault)
        {
            return new KeyRingOutcome.Refused(fault);
        }

        return LookupPurposes.All.Except(stored.LookupKeys.Select(key => key.Purpose)).FirstOrDefault() is { } missing
            ? new KeyRingOutcome.Refused($"the database holds no {missing} key: no Tokenizer of this version has started on it")
            : Unwrap(stored, masterKeys);
    }

    private static string? FaultOf(StoredKeys stored, MasterKeys masterKeys)
    {
        foreach (var (version, check) in stored.MasterKeys)
        {
            if (!masterKeys.TryGet(version, out var key))
            {
                return $"the database was written under master key version {version}, which was not given";
            }

            if (!CryptographicOperations.FixedTimeEquals(key.CheckValue(), check))
            {
                return $"master key version {version} is not the key that the database was written under";
            }
        }

        return null;
    }

    private static StoredKeys MissingFrom(StoredKeys stored, MasterKeys masterKeys) => new(
        [.. masterKeys.All.Select(key => new MasterKeyCheck(key.Version, key.CheckValue()))],
        [.. LookupPurposes.All.Except(stored.LookupKeys.Select(key => key.Purpose)).Select(purpose => NewLookupKey(purpose, masterKeys.Current))]);

    private static StoredLookupKey NewLookupKey(string purpose, MasterKey master)
    {
        const int version = 1;
        var (rowId, salt) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(32));
        var key = RandomNumberGenerator.GetBytes(LookupKey.Size);
        using var wrapping = master.Derive(salt, "lookup key");
        return new StoredLookupKey(
            purpose, version, rowId, master.Version, salt, SealedBox.Seal(wrapping.Bytes, BoundTo(purpose, version, rowId, master.Version), key));
    }

    private static KeyRingOutcome Unwrap(StoredKeys stored, MasterKeys masterKeys)
    {
        var keys = new List<LookupKey>();
        foreach (var row in stored.LookupKeys)
        {
            if (!masterKeys.TryGet(row.MasterVersion, out var master))
            {
                return new KeyRingOutcome.Refused($"the {row.Purpose} lookup key needs master key version {row.MasterVersion}, which was not given");
            }

            using var wrapping = master.Derive(row.Salt, "lookup key");
            if (SealedBox.Open(wrapping.Bytes, BoundTo(row.Purpose, row.Version, row.RowId, row.MasterVersion), row.Box) is not { } key)
            {
                return new KeyRingOutcome.Refused($"the {row.Purpose} lookup key in the database was changed");
            }

            keys.Add(new LookupKey(row.Purpose, row.Version, key));
        }

        return new KeyRingOutcome.Opened(new KeyRing(masterKeys, new LookupKeys(keys)));
    }

    private static byte[] BoundTo(string purpose, int version, byte[] rowId, int masterVersion) => AssociatedData.Of(
        "lookup key " + purpose, [SealedBox.Format], AssociatedData.Number(version), rowId, AssociatedData.Number(masterVersion));
}

internal abstract record KeyRingOutcome
{
    private KeyRingOutcome() { }

    public sealed record Opened(KeyRing Ring) : KeyRingOutcome;

    /// <summary>The keys do not fit the database; the process must not start.</summary>
    public sealed record Refused(string Why) : KeyRingOutcome;
}
