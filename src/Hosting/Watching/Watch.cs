using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Hosting.Watching;

/// <summary>
/// Looks at files at short intervals. Polling, because it is the one way that sees every kind of change on every file system: a
/// ConfigMap's swapped link, a write in place, a rename over the file, a file that was not there at the start, a network mount.
/// </summary>
public abstract class Watch : IDisposable
{
    /// <summary>A change is noticed within twice this.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private readonly string _path;
    private readonly bool _waitsForRest;
    private ITimer? _timer;
    private bool _moving;
    private bool _disposed;

    /// <param name="path">What is watched.</param>
    /// <param name="log">Where failures go.</param>
    /// <param name="waitsForRest">Tells of a change only once a look finds nothing new: whoever writes in place is not done in between.</param>
    private protected Watch(string path, ILogger? log, bool waitsForRest = false)
    {
        _path = path;
        _log = log ?? NullLogger.Instance;
        _waitsForRest = waitsForRest;
    }

    /// <summary>Raised after a change, never twice at once; what it throws is logged and does not end the watch.</summary>
    public event Action? Changed;

    /// <summary>Looks now. True where something changed; <see cref="Changed"/> was raised then.</summary>
    public bool Look()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return false;
            }

            var changed = Refresh();
            if (_waitsForRest)
            {
                (changed, _moving) = (_moving && !changed, changed);
            }

            if (!changed)
            {
                return false;
            }

            Raise();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract bool Refresh();

    /// <summary>The first look is part of making the watch, so that it reports changes only.</summary>
    private protected void Start(TimeProvider time)
    {
        Refresh();
        lock (_gate)
        {
            _timer = time.CreateTimer(_ => OnTimer(), null, Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        try
        {
            Look();
        }
        catch (Exception fault)
        {
            _log.LookFailed(_path, fault);
        }

        lock (_gate)
        {
            if (!_disposed)
            {
                // One shot at a time: a slow disk makes looks rarer, never concurrent.
                _timer!.Change(Interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Raise()
    {
        try
        {
            Changed?.Invoke();
        }
        catch (Exception fault)
        {
            _log.ChangeFailed(_path, fault);
        }
    }
}
