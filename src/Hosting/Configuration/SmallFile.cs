namespace AuthProxy.Hosting.Configuration;

/// <summary>Reads files that hold a secret, a key or a certificate. To a limit, and not by their length: a device has none, and a file may grow.</summary>
public static class SmallFile
{
    /// <summary>What no key and no chain of certificates comes near, and no memory is in danger of.</summary>
    public const int MaximumBytes = 1024 * 1024;

    private const int FirstBytes = 4096;

    /// <exception cref="FileTooLargeException">It is larger than <see cref="MaximumBytes"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path)));
        return reader.ReadToEnd();
    }

    /// <inheritdoc cref="ReadText"/>
    public static byte[] ReadBytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[FirstBytes];
        var length = 0;
        while (file.Read(bytes, length, bytes.Length - length) is > 0 and var read)
        {
            length += read;
            if (length > MaximumBytes)
            {
                throw new FileTooLargeException(path);
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 2, MaximumBytes + 1));
            }
        }

        return bytes[..length];
    }
}

/// <summary>A file is larger than any of its kind may be.</summary>
public sealed class FileTooLargeException(string path) : IOException($"{path} {Why}")
{
    /// <summary>Behind the file's name, in faults.</summary>
    public const string Why = "is larger than a secret, key or certificate may be (1MiB)";
}
