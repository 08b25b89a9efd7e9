using System.Buffers;
using System.Security.Cryptography;

namespace AuthProxy.Hosting.Watching;

/// <summary>
/// Tells whether a file's content became another one. Times and sizes alone miss a swapped symbolic link whose targets carry the same
/// time, and a write within one tick of the file system's clock: small files are therefore compared by content at every look.
/// </summary>
internal sealed class FileFingerprint(string path)
{
    private const int SmallFile = 256 * 1024;
    private const int LooksBetweenFullReads = 20;
    private Stamp _stamp;
    private byte[] _hash = [];
    private int _looks;

    public bool Exists => _stamp.Length >= 0;

    /// <summary>True where the content, or whether there is a file at all, changed since the last look.</summary>
    public bool Refresh()
    {
        var stamp = Stamp.Of(path);
        if (stamp == _stamp && stamp.Length > SmallFile && _hash.Length > 0 && ++_looks % LooksBetweenFullReads != 0)
        {
            return false;
        }

        var hash = stamp.Length < 0 ? [] : HashOf(path);
        var changed = !hash.AsSpan().SequenceEqual(_hash);
        (_stamp, _hash) = (hash.Length == 0 ? Stamp.Missing : stamp, hash);
        return changed;
    }

    /// <summary>Whether this is the content that the last look saw.</summary>
    public bool IsOf(ReadOnlySpan<byte> content) => Exists && SHA256.HashData(content).AsSpan().SequenceEqual(_hash);

    private static byte[] HashOf(string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                hash.AppendData(buffer, 0, read);
            }

            return hash.GetHashAndReset();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Gone or locked between two looks: as good as missing until the next one.
            return [];
        }
        finally
        {
            // What was read may be a key.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private readonly record struct Stamp(long Length, long Ticks)
    {
        public static readonly Stamp Missing = new(-1, 0);

        public static Stamp Of(string path)
        {
            try
            {
                // Through links to what they point at: a link's own size and time say nothing about the content.
                var file = new FileInfo(path);
                var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return target.Exists ? new Stamp(target.Length, target.LastWriteTimeUtc.Ticks) : Missing;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return Missing;
            }
        }
    }
}
