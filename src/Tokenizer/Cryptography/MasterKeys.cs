using System.Diagnostics.CodeAnalysis;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>
/// All versions of the master key that this process has. One seals, and that is the database's word, not ours; every one opens what it sealed.
/// Versions may come while the process runs. None goes: what it sealed may still be on its way.
/// </summary>
internal sealed class MasterKeys
{
    private volatile State _state;

    /// <summary>The newest seals, until somebody says which one does.</summary>
    public MasterKeys(IEnumerable<MasterKey> keys)
    {
        var byVersion = keys.ToDictionary(key => key.Version);
        _state = new State(byVersion, byVersion.Values.MaxBy(key => key.Version) ?? throw new ArgumentException("no master key given", nameof(keys)));
    }

    /// <summary>The key that seals.</summary>
    public MasterKey Current => _state.Current;

    /// <summary>Ordered by version.</summary>
    public IReadOnlyList<MasterKey> All => [.. _state.ByVersion.Values.OrderBy(key => key.Version)];

    public bool TryGet(int version, [NotNullWhen(true)] out MasterKey? key) => _state.ByVersion.TryGetValue(version, out key);

    /// <summary>From now on this version seals. Callers that change something take turns.</summary>
    public void SealWith(int version) => _state = _state with { Current = _state.ByVersion[version] };

    public void Add(MasterKey key) => _state = _state with { ByVersion = new Dictionary<int, MasterKey>(_state.ByVersion) { [key.Version] = key } };

    /// <summary>Two versions that are one key would make a rotation that changes nothing; null where all are different.</summary>
    public static string? FaultOf(IEnumerable<MasterKey> keys)
    {
        var known = new List<MasterKey>();
        foreach (var key in keys.OrderBy(key => key.Version))
        {
            if (known.Find(other => other.IsSameAs(key)) is { } same)
            {
                return $"versions {same.Version} and {key.Version} of the master key are the same key; make a new one with 'tokenizer keys generate'";
            }

            known.Add(key);
        }

        return null;
    }

    private sealed record State(IReadOnlyDictionary<int, MasterKey> ByVersion, MasterKey Current);
}
