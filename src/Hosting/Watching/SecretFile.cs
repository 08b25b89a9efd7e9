using AuthProxy.Hosting.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Hosting.Watching;

/// <summary>A secret's value as of now: where it comes from a file, a new value is taken without a restart, and a broken one is not.</summary>
public sealed class SecretFile : IDisposable
{
    private readonly WatchedFile? _watch;
    private readonly ILogger _log;
    private volatile string _value;

    public SecretFile(Secret secret, TimeProvider time, ILogger? log = null)
    {
        _log = log ?? NullLogger.Instance;
        _value = secret.Reveal();
        if (secret.File is not { } file)
        {
            return;
        }

        _watch = new WatchedFile(file, time, log);
        _watch.Changed += Reload;

        // The file may have changed between reading the configuration and the first look.
        Reload();
    }

    public event Action? Changed;

    public string Reveal() => _value;

    public void Dispose() => _watch?.Dispose();

    public override string ToString() => "[secret]";

    private void Reload()
    {
        if (!Secret.TryReadFile(_watch!.Path, out var value, out var why))
        {
            _log.SecretKept(_watch.Path, why);
            return;
        }

        if (value != _value)
        {
            _value = value;
            Changed?.Invoke();
        }
    }
}
