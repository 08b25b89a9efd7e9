using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// The connection to Redis, kept up for as long as the process runs: found anew after each loss, by itself. A call while it is down, or
/// while the server is silent, fails at once; none takes longer than its time limit. Carries calls and messages.
/// </summary>
internal sealed class RedisConnection(RedisClient client, ILogger<RedisConnection> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMilliseconds(500);

    private readonly RedisTopology _topology = RedisTopology.Of(client);
    private readonly Lock _gate = new();
    private readonly List<(RedisChannel Channel, Action<byte[]> Handler)> _subscriptions = [];
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RedisLink? _link;
    private bool _healing;
    private volatile string _why = "not connected yet";

    /// <summary>
    /// The state has changed: true with each new connection, whose server may be another one that lacks the last writes, and whose
    /// messages begin now; false when it is lost. In a Cluster also when a node that carried messages was changed.
    /// </summary>
    public event Action<bool>? Changed;

    /// <summary>Happens on a new connection before any call is let through on it; the calls of a new server's first moment must not miss it.</summary>
    public event Func<RedisLink, CancellationToken, Task>? BeforeUse;

    public bool IsConnected => _link is not null;

    /// <summary>What state it is in.</summary>
    public RedisState State => _link switch
    {
        null => WasConnected ? RedisState.Lost : RedisState.Connecting,
        { LongestSilence.Ticks: > 0 } => RedisState.Silent,
        _ => RedisState.Connected,
    };

    public DateTimeOffset Now => client.Clock.GetUtcNow();

    /// <summary>Whether there was a connection once.</summary>
    public bool WasConnected { get; private set; }

    /// <summary>The names of keys.</summary>
    public SessionKeys Keys => client.Keys;

    /// <summary>Runs a script on keys of one bucket.</summary>
    /// <exception cref="SessionStoreException">Redis did not answer, or not in time, or refused.</exception>
    public async ValueTask<RedisResult> RunAsync(RedisScript script, int bucket, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellation)
    {
        var link = await LinkAsync(cancellation);
        return await link.CallAsync(script, bucket, keys, arguments, cancellation);
    }

    /// <summary>Waits until replicas have what was written, for a moment; how many have it. What was written stands either way.</summary>
    public async ValueTask<long> ConfirmAsync(RedisScript write, RedisKey[] keys, long replicas, CancellationToken cancellation)
    {
        try
        {
            var link = await LinkAsync(cancellation);
            return await link.ConfirmAsync(write, keys, replicas, cancellation);
        }
        catch (Exception fault) when (fault is RedisException or ObjectDisposedException or TimeoutException or RedisUnavailableException or SessionStoreException)
        {
            return 0;
        }
    }

    /// <summary>Hands on what is published on a channel of this realm, from now on and through every reconnection. What is published meanwhile is missed.</summary>
    public async Task SubscribeAsync(string channel, Action<byte[]> handler, CancellationToken cancellation)
    {
        var subscription = (new RedisChannel(client.Keys.Channel(channel), RedisChannel.PatternMode.Literal), handler);
        RedisLink? link;
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            link = _link;
        }

        if (link is not null)
        {
            await SubscribeAsync(link, [subscription], cancellation);
        }
    }

    /// <summary>Publishes on a channel of this realm.</summary>
    /// <exception cref="SessionStoreException">Redis did not take it.</exception>
    public async Task PublishAsync(string channel, byte[] message, CancellationToken cancellation)
    {
        var link = await LinkAsync(cancellation);
        try
        {
            await link.Database.PublishAsync(new RedisChannel(client.Keys.Channel(channel), RedisChannel.PatternMode.Literal), message)
                .WaitAsync(client.Timeout, client.Clock, cancellation);
        }
        catch (Exception fault) when (fault is RedisException or ObjectDisposedException or TimeoutException)
        {
            client.Metrics.Failed(RedisLink.KindOf(fault));
            throw new SessionStoreException($"Redis took no message: {RedisLink.Summary(fault)}", fault);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var retry = FirstRetry;
            while (true)
            {
                if (await TryOpenAsync(stoppingToken) is { } link)
                {
                    retry = FirstRetry;
                    await KeepAsync(link, stoppingToken);
                }
                else
                {
                    await Task.Delay(retry, client.Clock, stoppingToken);
                    retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
        finally
        {
            await (_link?.DisposeAsync() ?? ValueTask.CompletedTask);
            await _topology.DisposeAsync();
        }
    }

    private async Task PrepareAsync(RedisLink link, CancellationToken stopping)
    {
        foreach (var prepare in Delegate.EnumerateInvocationList(BeforeUse))
        {
            await prepare(link, stopping);
        }
    }

    private async Task<RedisLink?> TryOpenAsync(CancellationToken stopping)
    {
        RedisLink? link = null;
        try
        {
            link = await _topology.OpenAsync(stopping);
            await BeginAsync(link, stopping);
            client.Metrics.Connected(succeeded: true);
            return link;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // Whatever it was, the next try is due: this loop is all that keeps the process connected.
            await (link?.DisposeAsync() ?? ValueTask.CompletedTask);
            client.Metrics.Connected(succeeded: false);
            if (fault.Message != _why)
            {
                _why = fault.Message;
                log.RedisUnavailable(_why);
            }

            _tried.TrySetResult();
            return null;
        }
    }

    // Listens before calls are let through: what ends from now on is heard of.
    private async Task BeginAsync(RedisLink link, CancellationToken stopping)
    {
        List<(RedisChannel, Action<byte[]>)> subscriptions;
        lock (_gate)
        {
            subscriptions = [.. _subscriptions];
        }

        await SubscribeAsync(link, subscriptions, stopping);
        await PrepareAsync(link, stopping);
        link.GapInMessages += SayGap;
        RedisLink? before;
        lock (_gate)
        {
            (before, _link) = (_link, link);
            subscriptions = [.. _subscriptions.Except(subscriptions)];
        }

        // Whoever subscribed in between found no connection yet.
        await SubscribeAsync(link, subscriptions, stopping);
        if (before is not null)
        {
            _ = DisposeLaterAsync(before);
        }

        _why = "";
        WasConnected = true;
        log.RedisConnected(link.Master?.ToString() ?? "a Cluster");
        _tried.TrySetResult();
        SayGap();
    }

    private void SayGap()
    {
        client.Metrics.MessagesMayBeMissing();
        Changed?.Invoke(true);
    }

    private async Task KeepAsync(RedisLink link, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Look, client.Clock);
        var lost = link.WaitForLossAsync(stopping);
        var tick = timer.WaitForNextTickAsync(stopping).AsTask();
        while (await Task.WhenAny(lost, tick) == tick)
        {
            await tick;
            await LookAsync(link, stopping);
            tick = timer.WaitForNextTickAsync(stopping).AsTask();
        }

        _why = await lost;
        client.Metrics.Lost();
        log.RedisLost(_why);
        if (link.IsCluster)
        {
            // The other nodes go on until the next connection takes over.
            return;
        }

        _link = null;
        await link.DisposeAsync();
        Changed?.Invoke(false);
    }

    // What is under way on it may end.
    private async Task DisposeLaterAsync(RedisLink link)
    {
        await Task.Delay(client.Timeout, client.Clock);
        await link.DisposeAsync();
    }

    private async Task LookAsync(RedisLink link, CancellationToken stopping)
    {
        try
        {
            await _topology.LookAsync(link, stopping);
            if (link.IsCluster)
            {
                await HealAsync(link, stopping);
            }
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            // The next look, or the next call, finds out.
        }
    }

    // A replica may have taken a node's place, without the last writes.
    private async Task HealAsync(RedisLink link, CancellationToken stopping)
    {
        if (link.TakeFailure())
        {
            _healing = true;
            await link.RefreshAsync(stopping);
        }
        else if (_healing)
        {
            _healing = false;
            await PrepareAsync(link, stopping);
            SayGap();
        }
    }

    private async ValueTask<RedisLink> LinkAsync(CancellationToken cancellation)
    {
        if (_link is { } link)
        {
            return link;
        }

        if (!_tried.Task.IsCompleted)
        {
            await WaitForFirstTryAsync(cancellation);
        }

        if (_link is { } late)
        {
            return late;
        }

        client.Metrics.Failed(RedisFailure.Unconnected);
        throw new SessionStoreException($"Redis cannot be used: {_why}");
    }

    // Those who ask while the process starts are not told that something is wrong.
    private async Task WaitForFirstTryAsync(CancellationToken cancellation)
    {
        try
        {
            await _tried.Task.WaitAsync(client.Timeout, client.Clock, cancellation);
        }
        catch (TimeoutException)
        {
            // Then it is what they are told.
        }
    }

    private async Task SubscribeAsync(RedisLink link, IReadOnlyList<(RedisChannel Channel, Action<byte[]> Handler)> subscriptions, CancellationToken cancellation)
    {
        foreach (var (channel, handler) in subscriptions)
        {
            await link.Messages.SubscribeAsync(channel, (_, message) => Handle(handler, message)).WaitAsync(client.Timeout, client.Clock, cancellation);
        }
    }

    private void Handle(Action<byte[]> handler, RedisValue message)
    {
        try
        {
            handler(message!);
        }
        catch (Exception fault)
        {
            log.MessageFailed(fault);
        }
    }
}
