using System.Security.Cryptography;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Keys;

/// <summary>Keys in the data folder: made on the first start, kept for every later one, readable by the Proxy alone.</summary>
internal static class KeyMaterial
{
    /// <summary>The realm's secret for bearers; it may lie beside the versions of the realm's session key, and is none of them.</summary>
    public const string BearerFile = "realm-bearer.key";

    private const int BearerKeyBytes = 32;

    /// <summary>The keys that sign assertions and service tokens; null, with the reason, where they cannot be had.</summary>
    public static SigningKeyRing? LoadSigningKeys(string folder, out string? fault)
    {
        fault = null;
        try
        {
            SigningKeyRing.EnsureGenerated(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A mounted Secret is read-only, and needs no key of ours as long as it holds one.
            fault = problem.Message;
        }

        switch (SigningKeyRing.LoadFolder(folder))
        {
            case SigningKeyRingOutcome.Loaded loaded:
                fault = null;
                return loaded.Ring;
            case SigningKeyRingOutcome.Faulty faulty:
                fault = fault is null ? faulty.Why : $"{faulty.Why}; none could be made: {fault}";
                return null;
            default:
                fault = "no keys could be read";
                return null;
        }
    }

    /// <summary>The realm's secret for session ids of bearers; every Proxy of the realm must have the same file.</summary>
    public static BearerKey? LoadBearerKey(string folder, out string? fault)
    {
        fault = null;
        var path = Path.Combine(folder, BearerFile);
        try
        {
            if (!File.Exists(path))
            {
                CreateOwnerOnly(path, RandomNumberGenerator.GetBytes(BearerKeyBytes));
            }

            var bytes = SmallFile.ReadBytes(path);
            if (bytes.Length >= BearerKeyBytes)
            {
                return new BearerKey(bytes);
            }

            fault = $"{path} is shorter than {BearerKeyBytes} bytes";
        }
        catch (FileTooLargeException problem)
        {
            fault = problem.Message;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            fault = $"{path} cannot be read or made: {problem.GetType().Name}";
        }

        return null;
    }

    // Written whole under another name and then moved: of two processes that start at once, both read the same key.
    private static void CreateOwnerOnly(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster; its key counts.
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
