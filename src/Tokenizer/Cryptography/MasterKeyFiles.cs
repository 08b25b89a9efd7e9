using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Tokenizer.Keys;

namespace AuthProxy.Tokenizer.Cryptography;

/// <summary>Master keys of the embedded default: <c>keys/master-1.key</c> and so on in the data folder, one key a file, in base64url.</summary>
internal static class MasterKeyFiles
{
    private const string Prefix = "master-";
    private const string Extension = ".key";

    /// <summary>Reads all versions in the folder.</summary>
    /// <exception cref="MasterKeysUnreadableException">A file is no key.</exception>
    public static IReadOnlyList<MasterKey> Read(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, Prefix + "*" + Extension).Order(StringComparer.Ordinal).Select(ReadFile)]
        : [];

    /// <summary>Makes a version, readable by nobody else, and nothing in another's place.</summary>
    public static MasterKey Generate(string folder, int version = 1)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var key = MasterKey.Generate(version);
        var path = PathOf(folder, version);

        // Whole, or not there: a service may look at this very moment. Of two processes one makes the key, and the other fails instead of replacing it.
        var unfinished = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        using (var file = new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(Encoding.ASCII.GetBytes(Text(key) + "\n"));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException)
        {
            File.Delete(unfinished);
            throw;
        }

        return key;
    }

    public static string PathOf(string folder, int version) => Path.Combine(folder, $"{Prefix}{version}{Extension}");

    /// <summary>The text form of a key.</summary>
    public static string Text(MasterKey key) => Base64Url.EncodeToString(key.ToBytes());

    /// <summary>Reads the text form of a key: 32 bytes in base64url, with or without a line break at the end.</summary>
    public static bool TryParse(int version, string text, [NotNullWhen(true)] out MasterKey? key)
    {
        Span<byte> bytes = stackalloc byte[MasterKey.Size];
        var trimmed = text.AsSpan().Trim();
        key = Base64Url.IsValid(trimmed, out var size) && size == MasterKey.Size && Base64Url.DecodeFromChars(trimmed, bytes) == MasterKey.Size
            ? new MasterKey(version, bytes)
            : null;
        CryptographicOperations.ZeroMemory(bytes);
        return key is not null;
    }

    private static MasterKey ReadFile(string path)
    {
        var number = Path.GetFileNameWithoutExtension(path)[Prefix.Length..];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version < 1 || number != version.ToString(CultureInfo.InvariantCulture))
        {
            throw new MasterKeysUnreadableException($"{path}: the file's name holds no key version; {Prefix}1{Extension} would be the first");
        }

        return TryParse(version, SmallFile.ReadText(path), out var key)
            ? key
            : throw new MasterKeysUnreadableException($"{path}: a master key is 32 bytes in base64url");
    }
}
