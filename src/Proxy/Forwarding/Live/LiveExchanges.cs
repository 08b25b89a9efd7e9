using System.Threading.Channels;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends.Bearers;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>
/// The requests of sessions that last (WebSockets, event streams, long answers), so that a session's end ends them too. A request may have been
/// let through just before its session ended and be listed just after: whatever comes on the list is looked up in the store once more.
/// </summary>
internal sealed class LiveExchanges : BackgroundService, ISessionNewsHandler
{
    /// <summary>How long the store may leave it open whether a session still lives, unless the operator grants longer for outages.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int AtOnce = 8;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<LiveExchange>> _bySession = new(StringComparer.Ordinal);
    private readonly HashSet<LiveExchange> _withoutSession = [];
    private readonly Dictionary<string, Doubt> _doubts = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LiveMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<LiveExchanges> _log;
    private readonly ISessionStore? _store;
    private readonly BearerMarks? _marks;
    private readonly TimeSpan _patience;
    private long _doubted;

    public LiveExchanges(LiveMetrics metrics, TimeProvider clock, ILogger<LiveExchanges> log, ISessionStore? store = null, BearerMarks? marks = null, SessionSettings? settings = null)
    {
        (_metrics, _clock, _log, _store, _marks) = (metrics, clock, log, store, marks);
        _patience = settings?.OutageBudget > Patience ? settings.OutageBudget : Patience;
        if (marks is not null)
        {
            marks.Changed += EndBearers;
        }
    }

    /// <summary>How many are on the list.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _withoutSession.Count + _bySession.Values.Sum(exchanges => exchanges.Count);
            }
        }
    }

    /// <summary>Begins to watch over a request that is about to be forwarded.</summary>
    public LiveExchange Begin(Subject? subject, TimeSpan patience, bool lasts)
    {
        var exchange = new LiveExchange(this, subject, patience, _clock);
        exchange.Start(lasts);
        return exchange;
    }

    public void Add(LiveExchange exchange)
    {
        lock (_gate)
        {
            if (exchange.Subject?.Session?.Sid is not { } sid)
            {
                _withoutSession.Add(exchange);
            }
            else
            {
                (_bySession.TryGetValue(sid, out var others) ? others : _bySession[sid] = []).Add(exchange);
                Note(sid);
            }
        }

        _metrics.Listed(1);
        EndIfBearerEnded(exchange);
        _wake.Writer.TryWrite(true);
    }

    public void Remove(LiveExchange exchange)
    {
        lock (_gate)
        {
            if (_withoutSession.Remove(exchange))
            {
                _metrics.Listed(-1);
            }
            else if (exchange.Subject?.Session?.Sid is { } sid && _bySession.TryGetValue(sid, out var others) && others.Remove(exchange))
            {
                _metrics.Listed(-1);
                if (others.Count == 0)
                {
                    _bySession.Remove(sid);
                    _doubts.Remove(sid);
                }
            }
        }
    }

    public void Handle(SessionNews news)
    {
        switch (news)
        {
            case SessionNews.Ended ended:
                EndAsTold(ended.Sid);
                break;
            case SessionNews.Changed changed:
                // Also where an end was tried and nobody knows what came of it.
                DoubtOne(changed.Sid);
                break;
        }
    }

    public void HandleGap() => DoubtAll();

    /// <summary>Looks up what is in doubt. False where the store could not answer for all of it.</summary>
    public async Task<bool> ConfirmAsync(CancellationToken cancellation)
    {
        List<KeyValuePair<string, Doubt>> doubts;
        lock (_gate)
        {
            doubts = [.. _doubts];
        }

        var open = 0;
        await Parallel.ForEachAsync(
            doubts,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (doubt, stopping) =>
            {
                if (!await ConfirmAsync(doubt.Key, doubt.Value, stopping))
                {
                    Interlocked.Increment(ref open);
                }
            });
        return open == 0;
    }

    /// <summary>Counts one that was ended.</summary>
    public void NoteEnd(ExchangeEnd why) => _metrics.Ended(why);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                _wake.Reader.TryRead(out _);
                while (!await TryConfirmAsync(stoppingToken))
                {
                    await Task.Delay(AskAgainAfter, _clock, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, and what is still open with it.
        }
    }

    // Bearers of one login share a session id, and the end of one is none of those that were issued since: of bearers only their marks speak.
    private void EndAsTold(string sid)
    {
        foreach (var exchange in Of(sid))
        {
            if (exchange.Subject?.Bearer is null)
            {
                exchange.End(ExchangeEnd.SessionEnded);
            }
            else
            {
                EndIfBearerEnded(exchange);
            }
        }
    }

    private async Task<bool> TryConfirmAsync(CancellationToken stopping)
    {
        try
        {
            return await ConfirmAsync(stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // Whatever it was: what is in doubt stays so, and nothing of it is a reason to stop the process.
            _log.ConfirmingFailed(fault);
            return false;
        }
    }

    private void End(string sid, ExchangeEnd why)
    {
        foreach (var exchange in Of(sid))
        {
            exchange.End(why);
        }
    }

    private void EndBearers()
    {
        LiveExchange[] all;
        lock (_gate)
        {
            all = [.. _withoutSession, .. _bySession.Values.SelectMany(exchanges => exchanges)];
        }

        Array.ForEach(all, EndIfBearerEnded);
    }

    private void EndIfBearerEnded(LiveExchange exchange)
    {
        if (exchange.Subject?.Bearer is { } bearer && _marks?.HasEnded(bearer) == true)
        {
            exchange.End(ExchangeEnd.BearerEnded);
        }
    }

    private void DoubtOne(string sid)
    {
        lock (_gate)
        {
            if (!_bySession.ContainsKey(sid))
            {
                return;
            }

            Note(sid);
        }

        _wake.Writer.TryWrite(true);
    }

    private void DoubtAll()
    {
        lock (_gate)
        {
            foreach (var sid in _bySession.Keys)
            {
                Note(sid);
            }
        }

        _wake.Writer.TryWrite(true);
    }

    private async ValueTask<bool> ConfirmAsync(string sid, Doubt doubt, CancellationToken cancellation)
    {
        try
        {
            if (_store is not null && await _store.IsEndedAsync(sid, cancellation))
            {
                EndAsTold(sid);
            }

            lock (_gate)
            {
                // A doubt that came up while the store answered is not answered by it.
                if (_doubts.TryGetValue(sid, out var latest) && latest == doubt)
                {
                    _doubts.Remove(sid);
                }
            }

            return true;
        }
        catch (SessionStoreException fault)
        {
            if (_clock.GetElapsedTime(doubt.Since) < _patience)
            {
                return false;
            }

            _log.ExchangesUnconfirmed(sid, fault);
            End(sid, ExchangeEnd.Unconfirmed);
            return true;
        }
    }

    private void Note(string sid) =>
        _doubts[sid] = new Doubt(_doubts.TryGetValue(sid, out var known) ? known.Since : _clock.GetTimestamp(), ++_doubted);

    private LiveExchange[] Of(string sid)
    {
        lock (_gate)
        {
            return _bySession.TryGetValue(sid, out var exchanges) ? [.. exchanges] : [];
        }
    }

    /// <param name="Since">From when on it is open whether the session lives.</param>
    /// <param name="Number">Tells the latest doubt from those before.</param>
    private readonly record struct Doubt(long Since, long Number);
}
