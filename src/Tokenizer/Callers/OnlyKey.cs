using AuthProxy.Jose;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>The key of a PEM file, which has no id: whatever a token calls its key, this is the one that must have signed it.</summary>
internal sealed class OnlyKey(IKeySource file) : IKeySource
{
    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation) => file.FindAsync(null, algorithm, cancellation);

    public ValueTask<KeyLookup> FindNewerAsync(string algorithm, CancellationToken cancellation) => file.FindNewerAsync(algorithm, cancellation);
}
