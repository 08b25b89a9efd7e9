using System.Threading.Channels;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions.News;

namespace AuthProxy.Proxy.Sessions.Ends.Bearers;

/// <summary>
/// Which bearers have ended before their time, as the store's feed of marks says. Read on twice a second, and at once when there is news; a request that
/// comes while that has not worked for too long reads itself, or is not decided.
/// </summary>
internal sealed class BearerMarks(ISessionStore store, BearerMarkRecord records, TimeProvider clock, ILogger<BearerMarks> log, SessionSettings? settings = null)
    : BackgroundService, ISessionNewsHandler
{
    /// <summary>How old what was read may be, unless the operator grants longer for outages.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int PageSize = 500;
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReadAllEvery = TimeSpan.FromMinutes(10);

    private readonly TimeSpan _patience = settings?.OutageBudget > Patience ? settings.OutageBudget : Patience;
    private readonly BearerMarkTable _table = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _place;
    private readonly Lock _joining = new();
    private Task? _underWay;
    private long _readAt;
    private long _readAllAt;
    private volatile bool _hasRead;
    private volatile bool _startOver = true;

    /// <summary>More bearers have ended.</summary>
    public event Action? Changed;

    /// <summary>Whether a bearer counts. A hit costs two look-ups.</summary>
    public ValueTask<BearerStanding> JudgeAsync(BearerIdentity bearer, CancellationToken cancellation) =>
        IsFresh ? new(_table.HasEnded(bearer) ? BearerStanding.Ended : BearerStanding.Good) : ReadAndJudgeAsync(bearer, cancellation);

    /// <summary>Whether a bearer is known to have ended.</summary>
    public bool HasEnded(BearerIdentity bearer) => _table.HasEnded(bearer);

    /// <summary>Whether a login that had begun before an end was vouched for before it too, as far as is known.</summary>
    public bool HasOvertaken(BearerIdentity login, DateTimeOffset begunAt) => _table.HasOvertaken(login, begunAt);

    public void Handle(SessionNews news)
    {
        if (news is SessionNews.NotBefore)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    public void HandleGap()
    {
        _startOver = true;
        _wake.Writer.TryWrite(true);
    }

    public void HandleSilence()
    {
        // The feed is read often enough without any news.
    }

    /// <summary>Reads what is new in the feed.</summary>
    public async Task ReadOnAsync(CancellationToken cancellation)
    {
        var isNew = false;
        await _reading.WaitAsync(cancellation);
        try
        {
            var began = clock.GetTimestamp();
            if (_startOver || clock.GetElapsedTime(_readAllAt) >= ReadAllEvery)
            {
                (_startOver, _place, _readAllAt) = (false, 0, began);
                _table.Trim(clock.GetUtcNow());
            }

            isNew = await ReadPagesAsync(cancellation);
            Volatile.Write(ref _readAt, began);
            _hasRead = true;
        }
        finally
        {
            _reading.Release();
        }

        if (isNew)
        {
            Changed?.Invoke();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await ReadOnAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    log.MarksUnreadable(fault);
                }

                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private bool IsFresh => _hasRead && clock.GetElapsedTime(Volatile.Read(ref _readAt)) < _patience;

    private async ValueTask<BearerStanding> ReadAndJudgeAsync(BearerIdentity bearer, CancellationToken cancellation)
    {
        try
        {
            await Join().WaitAsync(cancellation);
            return _table.HasEnded(bearer) ? BearerStanding.Ended : BearerStanding.Good;
        }
        catch (SessionStoreException)
        {
            return BearerStanding.Unknown;
        }
    }

    // A store that does not answer is asked once for all who wait.
    private Task Join()
    {
        lock (_joining)
        {
            return _underWay is { IsCompleted: false } reading ? reading : _underWay = ReadOnAsync(CancellationToken.None);
        }
    }

    private async Task<bool> ReadPagesAsync(CancellationToken cancellation)
    {
        var isNew = false;
        while (await store.ListNotBeforeAsync(_place, PageSize, cancellation) is var page && page.Next > _place)
        {
            foreach (var stored in page.Items)
            {
                if (records.IsStillToCome(stored))
                {
                    // Whom it shuts out cannot be told before the key is here. The place stays before it.
                    throw new SessionStoreException("a mark of ended bearers is vouched for by a version of the realm's key that is not here yet");
                }

                if (records.Check(stored) is { } mark)
                {
                    isNew |= mark.Until > clock.GetUtcNow() && _table.Add(mark);
                }
                else
                {
                    log.MarkNotOurs();
                }
            }

            // Not by the number of marks: a page may hold rubbish that the store did not hand on.
            _place = page.Next;
        }

        return isNew;
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(ReadEvery, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop: the loop decides.
        }
    }
}

/// <summary>What is known of a bearer.</summary>
internal enum BearerStanding
{
    Good,

    /// <summary>It was issued before somebody ended all that was issued so far.</summary>
    Ended,

    /// <summary>The store does not say.</summary>
    Unknown,
}
