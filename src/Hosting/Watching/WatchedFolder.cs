using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Watching;

/// <summary>The files of one folder whose names end as asked; those with a leading dot are Kubernetes' and editors' own.</summary>
public sealed class WatchedFolder : Watch
{
    private readonly string[] _endings;
    private readonly SortedDictionary<string, FileFingerprint> _known = new(StringComparer.Ordinal);
    private volatile string[] _files = [];

    /// <param name="endings">Such as <c>.yaml</c>; none means all files.</param>
    public WatchedFolder(string path, TimeProvider time, ILogger? log = null, params string[] endings)
        : base(path, log)
    {
        Path = path;
        _endings = endings;
        Start(time);
    }

    public string Path { get; }

    /// <summary>Full paths in the order of their names, as of the last look.</summary>
    public IReadOnlyList<string> Files => _files;

    internal static bool Counts(string file, string[] endings)
    {
        var name = System.IO.Path.GetFileName(file);
        return !name.StartsWith('.') && (endings.Length == 0 || endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
    }

    private protected override bool Refresh()
    {
        var names = List();
        var changed = false;
        foreach (var gone in _known.Keys.Except(names, StringComparer.Ordinal).ToArray())
        {
            changed |= _known.Remove(gone);
        }

        foreach (var name in names)
        {
            if (!_known.TryGetValue(name, out var fingerprint))
            {
                _known[name] = fingerprint = new FileFingerprint(name);
                changed = true;
            }

            changed |= fingerprint.Refresh();
        }

        _files = [.. _known.Keys];
        return changed;
    }

    private string[] List()
    {
        try
        {
            return [.. Directory.EnumerateFiles(Path).Where(file => Counts(file, _endings))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
