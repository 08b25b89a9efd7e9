namespace AuthProxy.Proxy.Sessions.Refresh;

/// <summary>
/// Sessions whose refresh has failed, and until when it is not tried again: longer each time, and not for all at one moment, so that a
/// provider which comes back is not met by everybody at once.
/// </summary>
internal sealed class RefreshPauses(TimeProvider clock)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>What a provider may ask for.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    private const int Most = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pause> _pauses = new(StringComparer.Ordinal);

    public bool IsOn(string sid)
    {
        lock (_gate)
        {
            return _pauses.TryGetValue(sid, out var pause) && pause.Until > clock.GetTimestamp();
        }
    }

    /// <summary>Begins the next pause of a session; how long it is.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="asked">What the provider asked for.</param>
    public TimeSpan Begin(string sid, TimeSpan? asked)
    {
        lock (_gate)
        {
            var failures = _pauses.TryGetValue(sid, out var before) ? before.Failures + 1 : 1;
            var length = Length(failures, asked);
            if (before is not null || HasRoom())
            {
                _pauses[sid] = new Pause(failures, clock.GetTimestamp() + (long)(length.TotalSeconds * clock.TimestampFrequency));
            }

            return length;
        }
    }

    /// <summary>The refresh has worked, or there is nothing more to refresh.</summary>
    public void End(string sid)
    {
        lock (_gate)
        {
            _pauses.Remove(sid);
        }
    }

    private static TimeSpan Length(int failures, TimeSpan? asked)
    {
        var doubled = First * Math.Pow(2, Math.Min(failures - 1, 10));
        var own = (doubled < Longest ? doubled : Longest) * (0.5 + (Random.Shared.NextDouble() / 2));
        return asked is not { } wanted || wanted < own ? own : wanted < LongestAsked ? wanted : LongestAsked;
    }

    private bool HasRoom()
    {
        if (_pauses.Count >= Most)
        {
            var now = clock.GetTimestamp();
            foreach (var over in _pauses.Where(pause => pause.Value.Until <= now).Select(pause => pause.Key).ToList())
            {
                _pauses.Remove(over);
            }
        }

        return _pauses.Count < Most;
    }

    private sealed record Pause(int Failures, long Until);
}
