using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.Sessions.News;

/// <summary>
/// Tells the other replicas and hears them. What it cannot send needs no second try: its number is used up, so that the next message
/// that arrives shows the gap. Whoever publishes is on the roll before, listens to itself, and says goodbye.
/// </summary>
internal sealed class NewsExchange : BackgroundService, ISessionNews
{
    private readonly INewsChannel _channel;
    private readonly NewsSealer _sealer;
    private readonly NewsHandlers _handlers;
    private readonly NewsStanding _standing;
    private readonly NewsMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<NewsExchange> _log;
    private readonly PublisherId _own = PublisherId.New();
    private readonly NewsLedger _ledger;
    private readonly Lock _hearing = new();
    private readonly Lock _speaking = new();
    private long _number;
    private long _onRollUntil = long.MinValue;
    private bool _listens;

    public NewsExchange(
        INewsChannel channel, RealmKeys keys, NewsHandlers handlers, NewsStanding standing, NewsMetrics metrics, TimeProvider clock,
        ILogger<NewsExchange> log)
    {
        (_channel, _sealer, _handlers, _standing, _metrics, _clock, _log) = (channel, new NewsSealer(keys), handlers, standing, metrics, clock, log);
        _ledger = new NewsLedger(_own, Ticks(NewsTimes.Silence));
        metrics.Count(() => _ledger.Count);
        channel.Interrupted += HearNothing;
    }

    private bool IsOnRoll => _clock.GetTimestamp() < Volatile.Read(ref _onRollUntil);

    public async ValueTask<bool> PublishAsync(SessionNews news, CancellationToken cancellation)
    {
        _handlers.Handle(news);
        try
        {
            // Whoever gives up waiting takes nothing back: what has begun to be said is said.
            await SayAsync(news).WaitAsync(NewsTimes.Patience, _clock, cancellation);
            _metrics.Sent(true);
        }
        catch (Exception fault) when (fault is SessionStoreException or TimeoutException or OperationCanceledException)
        {
            _metrics.Sent(false);
        }

        return IsOnRoll;
    }

    /// <summary>One turn: shows that we are there, and looks who else is.</summary>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        try
        {
            if (!_listens)
            {
                await _channel.ListenAsync(Hear, cancellation);
                _listens = true;
            }

            await CallRollAsync(cancellation);
            await SendAsync(NewsMessageKind.Heartbeat, null, cancellation);
        }
        catch (SessionStoreException)
        {
            // Silence says it: here and at the others.
        }
    }

    /// <summary>Something came over the channel, from whomever.</summary>
    public void Hear(byte[] bytes)
    {
        switch (_sealer.Read(bytes))
        {
            case NewsReading.Ours ours:
                Hear(ours.Message);
                break;
            case NewsReading.NotOurs notOurs:
                _metrics.Heard(notOurs.Why);
                break;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await SendAsync(NewsMessageKind.Goodbye, null, cancellationToken);
            await _channel.LeaveRollAsync(_own, cancellationToken);
        }
        catch (Exception fault) when (fault is SessionStoreException or OperationCanceledException)
        {
            // Then the others wait for us until we fall off the roll.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(NewsTimes.Heartbeat, _clock);
        try
        {
            do
            {
                await TryBeatAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    // No number shows what the store itself has lost.
    private void HearNothing()
    {
        lock (_hearing)
        {
            Act(gap: true, null);
        }
    }

    private async Task TryBeatAsync(CancellationToken stopping)
    {
        try
        {
            await BeatAsync(stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // Whatever it was, we are not confirmed while it lasts: everybody asks the store.
            _log.BeatFailed(fault);
        }
    }

    private void Hear(NewsMessage message)
    {
        lock (_hearing)
        {
            var verdict = _ledger.Hear(message, _clock.GetTimestamp());
            _metrics.Heard(NameOf(verdict));
            if (verdict is NewsVerdict.InOrder or NewsVerdict.Gap)
            {
                // Our own news was acted on when it was published.
                Act(verdict == NewsVerdict.Gap, message.Publisher == _own ? null : message.News);
            }
        }
    }

    private async Task SayAsync(SessionNews news)
    {
        if (!IsOnRoll)
        {
            await TryEnterAsync();
        }

        await SendAsync(KindOf(news), news, CancellationToken.None);
    }

    private async Task TryEnterAsync()
    {
        try
        {
            await CallRollAsync(CancellationToken.None);
        }
        catch (SessionStoreException)
        {
            // Whoever hears it all the same, hears it.
        }
    }

    private async Task CallRollAsync(CancellationToken cancellation)
    {
        var askedAt = _clock.GetTimestamp();
        var present = await _channel.CallRollAsync(_own, cancellation);

        // Well before the others take us for gone.
        Volatile.Write(ref _onRollUntil, askedAt + (Ticks(NewsTimes.OnRoll) / 2));
        lock (_hearing)
        {
            Act(_ledger.Call(present, askedAt), null);
        }
    }

    // Numbered and handed over in one step: the channel must see the numbers in their order.
    private Task SendAsync(NewsMessageKind kind, SessionNews? news, CancellationToken cancellation)
    {
        lock (_speaking)
        {
            return _channel.SendAsync(_sealer.Seal(new NewsMessage(_own, ++_number, _clock.GetTimestamp(), kind, news)), cancellation);
        }
    }

    // Copies count for longer only after everybody has acted.
    private void Act(bool gap, SessionNews? news)
    {
        if (gap)
        {
            _metrics.Missed();
            _handlers.HandleGap();
        }

        if (news is not null)
        {
            _handlers.Handle(news);
        }

        _standing.Confirm(_ledger.ConfirmedUntil);
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

    private static NewsMessageKind KindOf(SessionNews news) => news switch
    {
        SessionNews.Ended => NewsMessageKind.Ended,
        SessionNews.Changed => NewsMessageKind.Changed,
        SessionNews.NotBefore => NewsMessageKind.NotBefore,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string NameOf(NewsVerdict verdict) => verdict switch
    {
        NewsVerdict.InOrder or NewsVerdict.Gap => "taken",
        NewsVerdict.Old => "old",
        _ => "too_many_publishers",
    };
}
