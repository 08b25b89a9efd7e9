using System.Globalization;
using System.Text;

namespace AuthProxy.Jose.Signing;

/// <summary>Signing keys as files: one PEM a key, the newest last in the ordinal order of names.</summary>
internal static class KeyFolder
{
    private const string Extension = ".pem";
    private const int MaxFileBytes = 64 * 1024;

    /// <summary>A null fault means success.</summary>
    public static string? Read(string folder, out KeyGenerations? keys)
    {
        keys = null;
        try
        {
            var files = KeyFiles(folder);
            if (files.Length == 0)
            {
                return $"{folder} holds no signing key (*{Extension})";
            }

            if (ReadKey(files[^1], out var current) is { } fault)
            {
                return fault;
            }

            SigningKey? previous = null;
            if (files.Length > 1 && ReadKey(files[^2], out previous) is { } previousFault)
            {
                return previousFault;
            }

            keys = new KeyGenerations(current!, previous);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{folder} cannot be read: {e.GetType().Name}";
        }
    }

    public static void EnsureFirst(string folder, string algorithm)
    {
        CreateFolder(folder);
        if (KeyFiles(folder).Length == 0)
        {
            // Whoever loses the race finds the name taken, and the winner's key is as good.
            TryAdd(Path.Combine(folder, NameOf(1)), SigningKey.Generate(algorithm));
        }
    }

    public static string AddNext(string folder, string algorithm)
    {
        CreateFolder(folder);
        var key = SigningKey.Generate(algorithm);
        while (true)
        {
            var newest = KeyFiles(folder).LastOrDefault();
            var path = Path.Combine(folder, NameAfter(newest));
            if (TryAdd(path, key))
            {
                return path;
            }
        }
    }

    private static string[] KeyFiles(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Extension)
            .Where(f => !Path.GetFileName(f).StartsWith('.'))
            .OrderBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal),
    ];

    private static string? ReadKey(string file, out SigningKey? key)
    {
        key = null;
        if (new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Length: > MaxFileBytes } || new FileInfo(file).Length > MaxFileBytes)
        {
            return $"{file} is too large for a key";
        }

        switch (SigningKey.FromPem(File.ReadAllText(file)))
        {
            case SigningKeyOutcome.Loaded loaded:
                key = loaded.Key;
                return null;
            case SigningKeyOutcome.Faulty faulty:
                return $"{file}: {faulty.Why}";
            default:
                return $"{file}: no key";
        }
    }

    private static string NameOf(int number) => number.ToString("D4", CultureInfo.InvariantCulture) + Extension;

    // After a name that is none of our numbers only a longer one with the same beginning is sure to come last.
    private static string NameAfter(string? newest)
    {
        if (newest is null)
        {
            return NameOf(1);
        }

        var name = Path.GetFileNameWithoutExtension(newest);
        return name.Length == 4 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 9999
            ? NameOf(number + 1)
            : name + "-next" + Extension;
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Written whole under another name and then moved: nobody ever reads half a key, and a move never replaces a key.
    private static bool TryAdd(string path, SigningKey key)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.tmp");
        try
        {
            WriteOwnerOnly(temporary, key.ToPem());
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void WriteOwnerOnly(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
        stream.Flush(flushToDisk: true);
    }
}
