using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>The keys of one database: the master keys it was written under and the lookup keys that it keeps under them.</summary>
internal sealed record KeyRing(MasterKeys MasterKeys, LookupKeys LookupKeys)
{
    /// <summary>Recognises the master keys by the database's check values, and adds what a new database lacks.</summary>
    public static async Task<KeyRingOutcome> OpenAsync(ITokenStore store, MasterKeys masterKeys, CancellationToken cancellation)
    {
        var stored = await store.ReadKeysAsync(cancellation);
        if (MasterKeyFaults.Of(stored, masterKeys) is { } fault)
        {
            return new KeyRingOutcome.Refused(fault);
        }

        // Two processes may start on an empty database at once: the store keeps the first key of each kind, and both use that.
        stored = await store.AddKeysAsync(MissingFrom(stored, masterKeys), cancellation);
        return MasterKeyFaults.Of(stored, masterKeys) is { } lateFault ? new KeyRingOutcome.Refused(lateFault) : Unwrap(stored, masterKeys);
    }

    /// <summary>The same for somebody who only looks: nothing is added, so that a database without keys stays one.</summary>
    public static async Task<KeyRingOutcome> ReadAsync(ITokenStore store, MasterKeys masterKeys, CancellationToken cancellation) =>
        Of(await store.ReadKeysAsync(cancellation), masterKeys);

    /// <inheritdoc cref="ReadAsync"/>
    public static KeyRingOutcome Of(StoredKeys stored, MasterKeys masterKeys) =>
        stored.MasterKeys.Count == 0 ? new KeyRingOutcome.Refused("the database holds no keys: no service has used it yet")
        : MasterKeyFaults.Of(stored, masterKeys) is { } fault ? new KeyRingOutcome.Refused(fault)
        : Unwrap(stored, masterKeys);

    /// <summary>What is new is sealed under the version that the database says.</summary>
    private static StoredKeys MissingFrom(StoredKeys stored, MasterKeys masterKeys)
    {
        var sealing = stored.Sealing is { } known && masterKeys.TryGet(known.Version, out var key) ? key : masterKeys.All[^1];
        var missing = LookupPurposes.All.Except(stored.LookupKeys.Select(lookup => lookup.Purpose));
        return new StoredKeys([.. masterKeys.All.Select(master => master.ToCheck())], [.. missing.Select(purpose => WrappedLookupKey.New(purpose, sealing))]);
    }

    private static KeyRingOutcome Unwrap(StoredKeys stored, MasterKeys masterKeys)
    {
        if (LookupPurposes.All.Except(stored.LookupKeys.Select(key => key.Purpose)).FirstOrDefault() is { } absent)
        {
            return new KeyRingOutcome.Refused($"the database holds no {absent} lookup key; start the service once, which adds it");
        }

        var keys = new List<LookupKey>();
        foreach (var row in stored.LookupKeys)
        {
            if (!masterKeys.TryGet(row.MasterVersion, out var master))
            {
                return new KeyRingOutcome.Refused($"the {row.Purpose} lookup key needs master key version {row.MasterVersion}, which was not given");
            }

            if (WrappedLookupKey.Open(row, master) is not { } key)
            {
                return new KeyRingOutcome.Refused($"the {row.Purpose} lookup key in the database was changed");
            }

            keys.Add(new LookupKey(row.Purpose, row.Version, row.RowId, key));
        }

        masterKeys.SealWith(stored.Sealing!.Version);
        return new KeyRingOutcome.Opened(new KeyRing(masterKeys, new LookupKeys(keys)));
    }
}

internal abstract record KeyRingOutcome
{
    private KeyRingOutcome() { }

    public sealed record Opened(KeyRing Ring) : KeyRingOutcome;

    /// <summary>The keys do not fit the database; the process must not start.</summary>
    public sealed record Refused(string Why) : KeyRingOutcome;
}
