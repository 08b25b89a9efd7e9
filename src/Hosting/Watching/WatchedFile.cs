using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Watching;

/// <summary>One file, which may be missing for now.</summary>
public sealed class WatchedFile : Watch
{
    private readonly FileFingerprint _fingerprint;

    public WatchedFile(string path, TimeProvider time, ILogger? log = null)
        : base(path, log)
    {
        Path = path;
        _fingerprint = new FileFingerprint(path);
        Start(time);
    }

    public string Path { get; }

    public bool Exists => _fingerprint.Exists;

    private protected override bool Refresh() => _fingerprint.Refresh();
}
