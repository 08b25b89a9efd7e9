using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>All versions of the master key that this process was given. The highest seals; every one opens what it sealed.</summary>
internal sealed class MasterKeys
{
    private readonly Dictionary<int, MasterKey> _byVersion;

    public MasterKeys(IEnumerable<MasterKey> keys)
    {
        _byVersion = keys.ToDictionary(key => key.Version);
        Current = _byVersion.Values.MaxBy(key => key.Version) ?? throw new ArgumentException("no master key given", nameof(keys));
    }

    public MasterKey Current { get; }

    public IEnumerable<MasterKey> All => _byVersion.Values;

    public bool TryGet(int version, [NotNullWhen(true)] out MasterKey? key) => _byVersion.TryGetValue(version, out key);
}
