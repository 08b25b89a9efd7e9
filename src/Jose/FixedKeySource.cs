namespace AuthProxy.Jose;

/// <summary>Keys that are known from the start.</summary>
/// <param name="keys">The keys.</param>
public sealed class FixedKeySource(JsonWebKeySet keys) : IKeySource
{
    /// <summary>A source of single keys.</summary>
    /// <param name="keys">The keys.</param>
    public FixedKeySource(params VerificationKey[] keys)
        : this(new JsonWebKeySet([.. keys], []))
    {
    }

    /// <inheritdoc/>
    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation) =>
        ValueTask.FromResult(Look(keys, keyId, algorithm));

    internal static KeyLookup Look(JsonWebKeySet set, string? keyId, string algorithm) =>
        set.Find(keyId, algorithm) is { Count: > 0 } found ? new KeyLookup.Found(found) : KeyLookup.Unknown.Instance;
}
