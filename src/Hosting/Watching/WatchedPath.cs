using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Watching;

/// <summary>
/// A file, or the files of a folder whose names end as asked; which of the two, or nothing, may change while it is watched. A change is told of once the files
/// are at rest, so that half of what somebody writes is not taken for all of it.
/// </summary>
public sealed class WatchedPath : Watch
{
    private readonly Func<string, string?>? _beside;
    private readonly string[] _endings;
    private readonly Lock _files = new();
    private readonly SortedDictionary<string, FileFingerprint> _known = new(StringComparer.Ordinal);
    private bool _exists;

    /// <param name="path">The file or folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is said that looking fails.</param>
    /// <param name="beside">The file that belongs to a single file, where there is one; null for none.</param>
    /// <param name="endings">Such as <c>.yaml</c>, of files in a folder; none means all.</param>
    public WatchedPath(string path, TimeProvider time, ILogger? log, Func<string, string?>? beside, params string[] endings)
        : base(path, log, waitsForRest: true)
    {
        Path = path;
        _beside = beside;
        _endings = endings;
        Start(time);
    }

    public string Path { get; }

    /// <summary>The files as of now, in the order of their names; null where there is neither file nor folder.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static IReadOnlyList<string>? FilesOf(string path, Func<string, string?>? beside, params string[] endings) =>
        Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Where(file => WatchedFolder.Counts(file, endings)).Order(StringComparer.Ordinal)]
        : File.Exists(path) ? (beside?.Invoke(path) is { } other ? [path, other] : [path])
        : null;

    /// <summary>Whether the last look saw this content; where it did not, the file is still moving and a change will be told of.</summary>
    public bool Saw(string file, ReadOnlySpan<byte> content)
    {
        lock (_files)
        {
            return _known.TryGetValue(file, out var fingerprint) && fingerprint.IsOf(content);
        }
    }

    private protected override bool Refresh()
    {
        var names = List();
        lock (_files)
        {
            var changed = _exists != names is not null;
            _exists = names is not null;
            foreach (var gone in _known.Keys.Except(names ?? [], StringComparer.Ordinal).ToArray())
            {
                changed |= _known.Remove(gone);
            }

            foreach (var name in names ?? [])
            {
                if (!_known.TryGetValue(name, out var fingerprint))
                {
                    _known[name] = fingerprint = new FileFingerprint(name);
                    changed = true;
                }

                changed |= fingerprint.Refresh();
            }

            return changed;
        }
    }

    private IReadOnlyList<string>? List()
    {
        try
        {
            return FilesOf(Path, _beside, _endings);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
