namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>
/// The versions of a realm's key as this process knows them. One seals, all of them open: rotation logs nobody out as long as a version
/// is everywhere before it seals, and stays for as long as a session may live.
/// </summary>
internal sealed class RealmKeys
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private readonly RealmKeyFolder? _folder;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private volatile RealmKeySet _set;
    private long _lookedAt;

    private RealmKeys(string realm, RealmKeySet set, RealmKeyFolder? folder, TimeProvider clock)
    {
        Realm = realm;
        _set = set;
        _folder = folder;
        _clock = clock;
        _lookedAt = clock.GetTimestamp();
    }

    public string Realm { get; }

    /// <summary>The version that seals.</summary>
    public RealmKey Current => _set.Current;

    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<RealmKey> All => _set.All;

    /// <summary>Keys that live in no file; the newest seals.</summary>
    public static RealmKeys Of(string realm, TimeProvider clock, params (uint Version, byte[] Key)[] keys)
    {
        var versions = keys.Select(key => new RealmKey(key.Version, key.Key, realm)).OrderBy(key => key.Version).ToArray();
        return versions.Length > 0
            ? new RealmKeys(realm, new RealmKeySet(versions, versions[^1], null), null, clock)
            : throw new RealmKeyException("no realm key is given");
    }

    /// <summary>Reads the folder; where it holds no key and <paramref name="generate"/> allows it, makes the first.</summary>
    public static RealmKeys Load(string path, string realm, bool generate, TimeProvider clock)
    {
        var folder = new RealmKeyFolder(path);
        var set = folder.Read(realm);
        if (set is null && generate)
        {
            folder.Generate(1);
            set = folder.Read(realm);
        }

        return set is not null
            ? new RealmKeys(realm, set, folder, clock)
            : throw new RealmKeyException($"{path}: holds no realm key (a file named 1.key with 32 bytes in base64)");
    }

    /// <summary>The key of a version. A version that is not known yet may have come with a rotation: the folder is looked at again.</summary>
    public RealmKey? Find(uint version)
    {
        var found = KeyOf(version);
        if (found is not null || _clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) < LookAgainAfter)
        {
            return found;
        }

        Reload();
        return KeyOf(version);
    }

    /// <summary>
    /// Whether a version is newer than all that are here: another replica has it already. What it sealed cannot be judged yet, while
    /// what a removed version sealed is over.
    /// </summary>
    public bool IsStillToCome(uint version) => Find(version) is null && version > _set.Newest.Version;

    /// <summary>Reads the folder again; what cannot be read leaves the keys as they are. False when it could not be read.</summary>
    public bool Reload()
    {
        if (_folder is null)
        {
            return true;
        }

        lock (_gate)
        {
            Volatile.Write(ref _lookedAt, _clock.GetTimestamp());
            try
            {
                if (_folder.Read(Realm) is not { } set)
                {
                    return false;
                }

                _set = set;
                return true;
            }
            catch (RealmKeyException)
            {
                return false;
            }
        }
    }

    private RealmKey? KeyOf(uint version)
    {
        foreach (var key in _set.All)
        {
            if (key.Version == version)
            {
                return key;
            }
        }

        return null;
    }
}
