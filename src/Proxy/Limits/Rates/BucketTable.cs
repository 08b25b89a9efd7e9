using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Limits.Rates;

/// <summary>
/// Who has used how much of one limit: a number a caller, the time at which the caller's bucket will be full again (the generic cell
/// rate algorithm). The table never grows. A caller that finds no place takes that of the least busy one of a few, and its
/// debt with it: so nobody's debt is ever forgotten, however many callers somebody invents, and a flood that fills the
/// table makes new callers share buckets instead of emptying old ones.
/// </summary>
/// <param name="limit">The limit that all these callers share.</param>
/// <param name="clock">What time it is.</param>
/// <param name="places">How many callers are told apart; a power of two.</param>
internal sealed class BucketTable(RateLimit limit, TimeProvider clock, int places = BucketTable.UsualPlaces)
{
    /// <summary>2 MiB.</summary>
    public const int UsualPlaces = 128 * 1024;

    private const int Ways = 8;
    private const int Locks = 64;

    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];
    private readonly ulong[] _callers = new ulong[places];
    private readonly long[] _fullAt = Filled(places);
    private readonly long _start = clock.GetTimestamp();
    private readonly long _each = Math.Max(1, limit.Per.Ticks / limit.Requests);

    private long WholeBucket => _each * limit.Burst;

    /// <summary>Takes one request out of a caller's bucket, if there is one left.</summary>
    public BucketVerdict Take(ulong caller)
    {
        var now = clock.GetElapsedTime(_start).Ticks;
        var first = (int)(caller % (ulong)(places / Ways)) * Ways;
        lock (_locks[first / Ways % Locks])
        {
            var place = PlaceOf(caller, first);
            var shared = _callers[place] != caller && _fullAt[place] > now;
            _callers[place] = caller;

            // A clock that was set back leaves no debt that a bucket could not have.
            var fullAt = Math.Clamp(_fullAt[place], now, now + WholeBucket);
            var allowed = fullAt + _each <= now + WholeBucket;
            _fullAt[place] = allowed ? fullAt + _each : fullAt;
            return new BucketVerdict(
                allowed, (now + WholeBucket - _fullAt[place]) / _each, TimeSpan.FromTicks(fullAt + _each - WholeBucket - now), TimeSpan.FromTicks(_fullAt[place] - now), shared);
        }
    }

    private int PlaceOf(ulong caller, int first)
    {
        var leastBusy = first;
        for (var place = first; place < first + Ways; place++)
        {
            if (_callers[place] == caller)
            {
                return place;
            }

            if (_fullAt[place] < _fullAt[leastBusy])
            {
                leastBusy = place;
            }
        }

        return leastBusy;
    }

    private static long[] Filled(int places)
    {
        var times = new long[places];
        Array.Fill(times, long.MinValue);
        return times;
    }
}

/// <summary>What became of one request.</summary>
/// <param name="Allowed">Whether there was one left.</param>
/// <param name="Remaining">How many are left now.</param>
/// <param name="RetryAfter">When there will be one again; meaningful where there was none.</param>
/// <param name="Reset">When the bucket will be full again, if nothing comes.</param>
/// <param name="Shared">Whether the caller had to take over another's debt, because the table is full.</param>
internal readonly record struct BucketVerdict(bool Allowed, long Remaining, TimeSpan RetryAfter, TimeSpan Reset, bool Shared);
