using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>The master keys that the configuration lists, from itself, its environment or files that it names; a further one needs another configuration.</summary>
internal sealed class ListedMasterKeys(IReadOnlyList<MasterKey> keys) : IMasterKeySource
{
    public string Place => "master_keys";

    public ValueTask<IReadOnlyList<MasterKey>> ReadAsync(CancellationToken cancellation) => ValueTask.FromResult(keys);
}
