using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Forwarding.Live;

/// <summary>
/// One request while it is forwarded. The upstream has so long to begin its answer; and where the request belongs to a session and lasts
/// longer than a moment, it is listed among those that the session's end ends too. All of it on one timer.
/// </summary>
internal sealed class LiveExchange : IDisposable
{
    /// <summary>A request that is over sooner is as good as finished when its session ends; nobody keeps a list of those.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>How long an end may take to be said, and then to be read.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    // Beyond it timers do not count; whoever stays longer is looked at again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private readonly LiveExchanges _all;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _cut = new();
    private readonly Lock _gate = new();
    private readonly long _began;
    private readonly TimeSpan _expires = TimeSpan.MaxValue;
    private TimeSpan _deadline = TimeSpan.MaxValue;
    private TimeSpan _due = TimeSpan.MaxValue;
    private ITimer? _timer;
    private IFarewell? _farewell;
    private Task<bool>? _goodbye;
    private bool _listed;
    private bool _over;

    /// <param name="all">The list of those that last.</param>
    /// <param name="subject">Who is asking.</param>
    /// <param name="patience">How long the upstream may take to begin its answer, counted from the end of the request's body.</param>
    /// <param name="time">The clock.</param>
    public LiveExchange(LiveExchanges all, Subject? subject, TimeSpan patience, TimeProvider time)
    {
        (_all, _patience, _time, _began) = (all, patience, time, time.GetTimestamp());
        if (subject is { Session: not null } or { Bearer: not null })
        {
            Subject = subject;
            _expires = (subject.Session?.ExpiresAt ?? subject.Bearer?.ExpiresAt) is { } end ? end - time.GetUtcNow() : TimeSpan.MaxValue;
        }
    }

    /// <summary>Whose it is; null where that is nobody's session or bearer token, and no end of one is an end of it.</summary>
    public Subject? Subject { get; }

    /// <summary>Cancelled when it must not go on.</summary>
    public CancellationToken Token => _cut.Token;

    /// <summary>Whether the upstream's time to begin its answer passed.</summary>
    public bool IsLate { get; private set; }

    /// <summary>Why it was ended before its time; null where it was not.</summary>
    public ExchangeEnd? Ended { get; private set; }

    /// <summary>How long the upstream took to begin its answer; null where it has not begun one.</summary>
    public TimeSpan? AnsweredAfter { get; private set; }

    /// <summary>Begins to watch over it.</summary>
    /// <param name="lasts">Whether it will last longer than a moment, as an upgrade does: it is listed at once.</param>
    public void Start(bool lasts)
    {
        if (Subject is null)
        {
            return;
        }

        lock (_gate)
        {
            _listed = lasts;
            Schedule();
        }

        if (lasts)
        {
            _all.Add(this);
        }
    }

    /// <summary>The request is complete: the upstream's time runs, unless the answer has begun already.</summary>
    public void RequestSent()
    {
        lock (_gate)
        {
            if (AnsweredAfter is null)
            {
                _deadline = _time.GetElapsedTime(_began) + _patience;
                Schedule();
            }
        }
    }

    /// <summary>The answer has begun; a body that ends later does not start the upstream's time again.</summary>
    public void AnswerBegan()
    {
        lock (_gate)
        {
            _deadline = TimeSpan.MaxValue;
            AnsweredAfter = _time.GetElapsedTime(_began);
        }
    }

    /// <summary>How its client is told that it ends.</summary>
    public void EndsBy(IFarewell farewell)
    {
        lock (_gate)
        {
            _farewell = farewell;
        }
    }

    /// <summary>Ends it, in the words of its protocol where it has such. Returns at once.</summary>
    public void End(ExchangeEnd why)
    {
        lock (_gate)
        {
            if (_over || Ended is not null)
            {
                return;
            }

            Ended = why;
            _goodbye = SayGoodbyeAsync();
        }

        _all.NoteEnd(why);
    }

    /// <summary>
    /// Once forwarding is over: waits until the client has read the end. False where it was not ended so that the client could tell, and the
    /// connection has to be cut.
    /// </summary>
    public async Task<bool> FinishAsync(CancellationToken cancellation)
    {
        if (_goodbye is null || _farewell is null || !await _goodbye)
        {
            return false;
        }

        using var moment = new CancellationTokenSource(Goodbye, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancellation);
        await _farewell.LingerAsync(either.Token);
        return true;
    }

    public void Dispose()
    {
        bool listed;
        lock (_gate)
        {
            _over = true;
            _timer?.Dispose();
            listed = _listed;
        }

        if (listed)
        {
            _all.Remove(this);
        }
    }

    private async Task<bool> SayGoodbyeAsync()
    {
        // Whoever ends it holds locks or delivers news, and has no time for clients.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var limit = new CancellationTokenSource(Goodbye, _time);
        var said = _farewell is { } farewell && await farewell.SayAsync(limit.Token);
        await _cut.CancelAsync();
        return said;
    }

    private void Schedule()
    {
        var next = Subject is not null && !_listed ? Moment : LongestWait + _time.GetElapsedTime(_began);
        next = Min(Min(next, _expires), _deadline);
        if (_over || (next == _due && _timer is not null))
        {
            return;
        }

        _due = next;
        var wait = next - _time.GetElapsedTime(_began);
        wait = wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        if (_timer is null)
        {
            _timer = _time.CreateTimer(static exchange => ((LiveExchange)exchange!).Look(), this, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        var elapsed = _time.GetElapsedTime(_began);
        bool isLate, isExpired, isNew;
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            isLate = elapsed >= _deadline;
            isExpired = elapsed >= _expires;
            isNew = !isLate && !isExpired && Subject is not null && !_listed;
            _listed |= isNew;
            if (elapsed < _due)
            {
                // Timers count whole milliseconds and may be a part of one early: what was due is due still.
                _due = TimeSpan.MaxValue;
            }

            IsLate |= isLate;
            Schedule();
        }

        if (isLate)
        {
            _cut.Cancel();
        }
        else if (isExpired)
        {
            End(ExchangeEnd.Expired);
        }
        else if (isNew)
        {
            List();
        }
    }

    private void List()
    {
        _all.Add(this);
        lock (_gate)
        {
            if (!_over)
            {
                return;
            }
        }

        // It was over before it was on the list, and looked for itself there in vain.
        _all.Remove(this);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>Why a request that was being forwarded was ended; the value of a metric's label.</summary>
internal enum ExchangeEnd
{
    /// <summary>The session was ended.</summary>
    SessionEnded,

    /// <summary>The session or the bearer token came to its own end.</summary>
    Expired,

    /// <summary>The bearer token does not count any longer.</summary>
    BearerEnded,

    /// <summary>Nobody could say for too long whether the session still lives.</summary>
    Unconfirmed,
}
