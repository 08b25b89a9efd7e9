using System.Globalization;
using System.Security.Cryptography;
using AuthProxy.Proxy.Keys;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>
/// The versions of a realm's key: a folder of files <c>1.key</c>, <c>2.key</c>, … with 32 bytes in base64 each. The highest
/// seals, all of them open: rotation logs nobody out as long as a version stays for as long as a session may live.
/// </summary>
internal sealed class RealmKeys
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private readonly string? _folder;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private volatile RealmKey[] _versions;
    private long _lookedAt;

    private RealmKeys(string realm, RealmKey[] versions, string? folder, TimeProvider clock)
    {
        Realm = realm;
        _versions = versions;
        _folder = folder;
        _clock = clock;
        _lookedAt = clock.GetTimestamp();
    }

    public string Realm { get; }

    /// <summary>The version that seals.</summary>
    public RealmKey Current => _versions[^1];

    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<RealmKey> All => _versions;

    /// <summary>Keys that live in no file.</summary>
    public static RealmKeys Of(string realm, TimeProvider clock, params (uint Version, byte[] Key)[] keys)
    {
        var versions = keys.Select(key => new RealmKey(key.Version, key.Key, realm)).OrderBy(key => key.Version).ToArray();
        return versions.Length > 0 ? new RealmKeys(realm, versions, null, clock) : throw new RealmKeyException("no realm key is given");
    }

    /// <summary>Reads the folder; where it holds no key and <paramref name="generate"/> allows it, makes the first.</summary>
    public static RealmKeys Load(string folder, string realm, bool generate, TimeProvider clock)
    {
        var versions = Read(folder, realm);
        if (versions.Length == 0 && generate)
        {
            Generate(folder, 1);
            versions = Read(folder, realm);
        }

        return versions.Length > 0
            ? new RealmKeys(realm, versions, folder, clock)
            : throw new RealmKeyException($"{folder}: holds no realm key (a file named 1.key with 32 bytes in base64)");
    }

    /// <summary>The key of a version. A version that is not known yet may have come with a rotation: the folder is looked at again.</summary>
    public RealmKey? Find(uint version)
    {
        var found = Array.Find(_versions, key => key.Version == version);
        if (found is not null || _clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) < LookAgainAfter)
        {
            return found;
        }

        Reload();
        return Array.Find(_versions, key => key.Version == version);
    }

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
                var read = Read(_folder, Realm);
                if (read.Length > 0)
                {
                    _versions = read;
                }

                return read.Length > 0;
            }
            catch (RealmKeyException)
            {
                return false;
            }
        }
    }

    /// <summary>Writes a new random key; whoever is first wins, so that replicas that start together agree.</summary>
    public static void Generate(string folder, uint version)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var target = Path.Combine(folder, version.ToString(CultureInfo.InvariantCulture) + ".key");
        var draft = Path.Combine(folder, $".{Guid.NewGuid():n}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(draft, options))
        {
            file.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(RealmKey.Length)));
        }

        try
        {
            File.Move(draft, target, overwrite: false);
        }
        catch (IOException) when (File.Exists(target))
        {
            File.Delete(draft);
        }
    }

    private static RealmKey[] Read(string folder, string realm)
    {
        try
        {
            return !Directory.Exists(folder)
                ? []
                : [.. Directory.EnumerateFiles(folder, "*.key").Where(file => Path.GetFileName(file) != KeyMaterial.BearerFile).Select(file => ReadOne(file, realm)).OrderBy(key => key.Version)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RealmKeyException($"{folder}: cannot be read ({fault.GetType().Name})", fault);
        }
    }

    private static RealmKey ReadOne(string file, string realm)
    {
        if (!uint.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version == 0)
        {
            throw new RealmKeyException($"{file}: a realm key's file is named by its version, 1.key, 2.key, …");
        }

        Span<byte> key = stackalloc byte[RealmKey.Length + 1];
        return Convert.TryFromBase64String(File.ReadAllText(file).Trim(), key, out var written) && written == RealmKey.Length
            ? new RealmKey(version, key[..written], realm)
            : throw new RealmKeyException($"{file}: does not hold {RealmKey.Length} bytes in base64");
    }
}

/// <summary>The realm's keys cannot be had; the message names file and reason, never what is in it.</summary>
internal sealed class RealmKeyException(string message, Exception? inner = null) : Exception(message, inner);
