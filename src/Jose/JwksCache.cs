using AuthProxy.Jose.Fetching;

namespace AuthProxy.Jose;

/// <summary>
/// The keys of one issuer, fetched when needed and kept. One fetch at a time, whoever waits; a set past its time is used while a new one is fetched, so
/// callers wait only where there is no key to use; tokens with invented key ids cannot cause more than one fetch an interval; a failed fetch
/// keeps the last good set and is repeated ever more slowly.
/// </summary>
public sealed class JwksCache : IKeySource, IDisposable
{
    private readonly Func<CancellationToken, ValueTask<FetchOutcome>> _fetch;
    private readonly TimeProvider _clock;
    private readonly JwksCacheOptions _options;
    private readonly FetchSchedule _schedule;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Lock _starting = new();
    private volatile Snapshot? _snapshot;
    private volatile string _fault = "the keys were not fetched yet";
    private Task<KeySetRefresh>? _fetching;

    /// <summary>A cache over a fetch.</summary>
    /// <param name="fetch">Fetches the key set; see <see cref="DocumentFetcher"/>.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="options">Age, unknown keys and failures; defaults when null.</param>
    public JwksCache(Func<CancellationToken, ValueTask<FetchOutcome>> fetch, TimeProvider clock, JwksCacheOptions? options = null)
    {
        _fetch = fetch;
        _clock = clock;
        _options = options ?? new JwksCacheOptions();
        _schedule = new FetchSchedule(clock, _options);
    }

    /// <summary>The set in use, or null when none was fetched yet.</summary>
    public JsonWebKeySet? Keys => _snapshot?.Set;

    /// <inheritdoc/>
    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CancellationToken cancellation)
    {
        if (_snapshot is not { } snapshot || Age(snapshot) >= _options.StaleLimit)
        {
            return FindAfterFetchAsync(keyId, algorithm, cancellation);
        }

        if (Age(snapshot) >= _options.TimeToLive)
        {
            // Nobody waits for this one.
            _ = JoinFetch(FetchCause.Age);
        }

        var lookup = FixedKeySource.Look(snapshot.Set, keyId, algorithm);
        return lookup is KeyLookup.Unknown && JoinFetch(FetchCause.UnknownKey) is { } fetching
            ? FindAgainAsync(fetching, keyId, algorithm, cancellation)
            : ValueTask.FromResult(lookup);
    }

    /// <inheritdoc/>
    public ValueTask<KeyLookup> FindNewerAsync(string algorithm, CancellationToken cancellation) => JoinFetch(FetchCause.UnknownKey) is { } fetching
        ? FindAgainAsync(fetching, keyId: null, algorithm, cancellation)

        // A fetch that was under way may have ended since the caller looked.
        : ValueTask.FromResult(_snapshot is { } snapshot ? FixedKeySource.Look(snapshot.Set, keyId: null, algorithm) : KeyLookup.Unknown.Instance);

    /// <summary>Fetches now, as at start-up or when a watched file changed; joins a fetch that is under way.</summary>
    /// <param name="cancellation">Ends the caller's wait, not the fetch.</param>
    public async ValueTask<KeySetRefresh> RefreshAsync(CancellationToken cancellation) =>
        JoinFetch(FetchCause.Demand) is { } fetching
            ? await fetching.WaitAsync(cancellation)
            : new KeySetRefresh(false, _snapshot?.Set.Keys.Count ?? 0, [], false, _fault);

    /// <summary>Ends a fetch that is under way; later lookups live on what is there.</summary>
    public void Dispose()
    {
        lock (_starting)
        {
            _schedule.Stop();
        }

        // Not disposed: a fetch that is under way still looks at its token.
        _lifetime.Cancel();
    }

    private async ValueTask<KeyLookup> FindAfterFetchAsync(string? keyId, string algorithm, CancellationToken cancellation)
    {
        if (JoinFetch(FetchCause.Age) is { } fetching)
        {
            await fetching.WaitAsync(cancellation);
        }

        return _snapshot is { } snapshot && Age(snapshot) < _options.StaleLimit
            ? FixedKeySource.Look(snapshot.Set, keyId, algorithm)
            : new KeyLookup.Unavailable(_fault);
    }

    private async ValueTask<KeyLookup> FindAgainAsync(Task<KeySetRefresh> fetching, string? keyId, string algorithm, CancellationToken cancellation)
    {
        await fetching.WaitAsync(cancellation);
        return _snapshot is { } snapshot ? FixedKeySource.Look(snapshot.Set, keyId, algorithm) : new KeyLookup.Unavailable(_fault);
    }

    private TimeSpan Age(Snapshot snapshot) => _clock.GetElapsedTime(snapshot.FetchedAt);

    /// <summary>The fetch that is under way, or a new one where the schedule allows it now.</summary>
    private Task<KeySetRefresh>? JoinFetch(FetchCause cause)
    {
        lock (_starting)
        {
            if (_fetching is not null)
            {
                return _fetching;
            }

            if (!_schedule.TryStart(cause))
            {
                return null;
            }

            // The fetch serves everybody: it must not live in the trace, the culture or the stack of the request that happened to start it.
            using (ExecutionContext.SuppressFlow())
            {
                return _fetching = Task.Run(FetchAsync);
            }
        }
    }

    private async Task<KeySetRefresh> FetchAsync()
    {
        var refresh = Apply(await FetchBoundedAsync());

        try
        {
            // Still under way for whoever joins: nobody goes on with the new keys while what the old ones verified is still remembered.
            _options.Observer?.Invoke(refresh);
        }
        finally
        {
            lock (_starting)
            {
                _schedule.Finished(refresh.Succeeded);
                _fetching = null;
            }
        }

        return refresh;
    }

    private async Task<FetchOutcome> FetchBoundedAsync()
    {
        using var timeout = new CancellationTokenSource(_options.FetchTimeout, _clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _lifetime.Token);
        try
        {
            return await _fetch(ends.Token).AsTask().WaitAsync(ends.Token);
        }
        catch (Exception e)
        {
            return new FetchOutcome.Failed(FetchFaults.Describe(e));
        }
    }

    private KeySetRefresh Apply(FetchOutcome outcome)
    {
        var parsed = outcome switch
        {
            FetchOutcome.Fetched fetched => JsonWebKeySet.Parse(fetched.Content.Span, _options.AcceptSecrets),
            FetchOutcome.Failed failed => new JsonWebKeySetOutcome.Malformed(failed.Why),
            _ => new JsonWebKeySetOutcome.Malformed("the keys could not be fetched"),
        };
        var before = _snapshot?.Set;
        if (parsed is not JsonWebKeySetOutcome.Parsed { Set: { } set })
        {
            _fault = ((JsonWebKeySetOutcome.Malformed)parsed).Why;
            return new KeySetRefresh(false, before?.Keys.Count ?? 0, [], false, _fault);
        }

        _snapshot = new Snapshot(set, _clock.GetTimestamp());
        var withdrawn = before is not null && before.Keys.Any(old => !set.Keys.Any(old.IsSameAs));
        return new KeySetRefresh(true, set.Keys.Count, set.Skipped, withdrawn, null);
    }

    private sealed record Snapshot(JsonWebKeySet Set, long FetchedAt);
}
