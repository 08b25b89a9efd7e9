using System.Globalization;
using System.Security.Cryptography;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Keys;

namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>
/// A realm's key on disk: files <c>1.key</c>, <c>2.key</c>, … with 32 bytes in base64 each, and a file <c>current</c> that names the version
/// that seals. Without that file the oldest seals: a version that has only just appeared here may not be everywhere yet.
/// </summary>
internal sealed class RealmKeyFolder(string path)
{
    /// <summary>Holds the version that seals and, behind a space, since when: <c>2 2026-01-31T12:00:00Z</c>.</summary>
    public const string CurrentFile = "current";

    // A folder that several hands write to must not become a flood of keys to try.
    private const int MostVersions = 64;

    public string Path { get; } = path;

    /// <summary>Null where there is no key. Throws <see cref="RealmKeyException"/> where what is there is not as it should be.</summary>
    public RealmKeySet? Read(string realm)
    {
        try
        {
            if (!Directory.Exists(Path))
            {
                return null;
            }

            var versions = Directory.EnumerateFiles(Path, "*.key").Where(file => System.IO.Path.GetFileName(file) != KeyMaterial.BearerFile)
                .Take(MostVersions + 1).Select(file => ReadOne(file, realm)).OrderBy(key => key.Version).ToArray();
            return versions.Length switch
            {
                0 => null,
                > MostVersions => throw new RealmKeyException($"{Path}: holds more than {MostVersions} realm keys; 'authproxy keys prune' removes those that nothing needs"),
                _ => Choose(versions),
            };
        }
        catch (FileTooLargeException fault)
        {
            throw new RealmKeyException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RealmKeyException($"{Path}: cannot be read ({fault.GetType().Name})", fault);
        }
    }

    /// <summary>When the file of a version was written here.</summary>
    public DateTimeOffset ArrivalOf(uint version) => new(File.GetLastWriteTimeUtc(FileOf(version)), TimeSpan.Zero);

    /// <summary>Writes a new random key; whoever is first wins, so that replicas that start together agree.</summary>
    public void Generate(uint version)
    {
        CreateFolder();
        var draft = WriteDraft(Convert.ToBase64String(RandomNumberGenerator.GetBytes(RealmKey.Length)));
        try
        {
            File.Move(draft, FileOf(version), overwrite: false);
        }
        catch (IOException) when (File.Exists(FileOf(version)))
        {
            File.Delete(draft);
        }
    }

    /// <summary>Lets a version seal from now on.</summary>
    public void Activate(uint version, DateTimeOffset since) => File.Move(
        WriteDraft(string.Create(CultureInfo.InvariantCulture, $"{version} {since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}")), System.IO.Path.Combine(Path, CurrentFile), overwrite: true);

    public void Remove(uint version) => File.Delete(FileOf(version));

    private RealmKeySet Choose(RealmKey[] versions)
    {
        var file = System.IO.Path.Combine(Path, CurrentFile);
        if (!File.Exists(file))
        {
            return new RealmKeySet(versions, versions[0], null);
        }

        var words = SmallFile.ReadText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        DateTimeOffset since = default;
        if (words is not [var number] && (words is not [_, var time] || !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out since)))
        {
            throw new RealmKeyException($"{file}: holds the version that seals and, if you like, since when, and nothing else");
        }

        return uint.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) && Array.Find(versions, key => key.Version == version) is { } current
            ? new RealmKeySet(versions, current, since == default ? new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero) : since)
            : throw new RealmKeyException($"{file}: names a version of which there is no key");
    }

    private static RealmKey ReadOne(string file, string realm)
    {
        if (!uint.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version == 0)
        {
            throw new RealmKeyException($"{file}: a realm key's file is named by its version, 1.key, 2.key, …");
        }

        Span<byte> key = stackalloc byte[RealmKey.Length + 1];
        return Convert.TryFromBase64String(SmallFile.ReadText(file).Trim(), key, out var written) && written == RealmKey.Length
            ? new RealmKey(version, key[..written], realm)
            : throw new RealmKeyException($"{file}: does not hold {RealmKey.Length} bytes in base64");
    }

    private string FileOf(uint version) => System.IO.Path.Combine(Path, version.ToString(CultureInfo.InvariantCulture) + ".key");

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Whole or not at all: a reader never sees half a key.
    private string WriteDraft(string line)
    {
        var draft = System.IO.Path.Combine(Path, $".{Guid.NewGuid():n}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(draft, options))
        {
            file.WriteLine(line);
        }

        return draft;
    }
}

/// <summary>The realm's keys cannot be had; the message names file and reason, never what is in it.</summary>
internal sealed class RealmKeyException(string message, Exception? inner = null) : Exception(message, inner);
