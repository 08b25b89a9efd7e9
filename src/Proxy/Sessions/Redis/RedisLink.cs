using System.Collections.Concurrent;
using System.Net;
using AuthProxy.Proxy.Configuration;
using StackExchange.Redis;

namespace AuthProxy.Proxy.Sessions.Redis;

/// <summary>
/// One connection to servers that were found and looked at; where it breaks, it is over, and the servers are looked for anew. The
/// library would come back to the same address by itself: after a failover to a former master, which knows nothing of the ends since.
/// Only the nodes of a Cluster may it come back to, because they send it on to whoever is in charge.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    /// <summary>How long replicas are waited for.</summary>
    private static readonly TimeSpan Confirmation = TimeSpan.FromMilliseconds(250);

    private readonly ConnectionMultiplexer _commands;
    private readonly ConnectionMultiplexer _messages;
    private readonly IServer? _server;
    private readonly ConcurrentDictionary<int, RedisLane> _lanes = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<EndPoint, Lazy<Task<ConnectionMultiplexer>>> _asides = new();
    private readonly Func<int, RedisLane> _newLane;
    private readonly Func<EndPoint, Lazy<Task<ConnectionMultiplexer>>> _newAside;
    private readonly RedisClient _client;
    private int _failed;

    /// <param name="commands">Carries the calls.</param>
    /// <param name="messages">Carries the messages.</param>
    /// <param name="server">The one server, and where it is; null in a Cluster.</param>
    /// <param name="client">Made them, and makes more.</param>
    public RedisLink(ConnectionMultiplexer commands, ConnectionMultiplexer messages, (IServer Server, RedisEndpoint Endpoint)? server, RedisClient client)
    {
        (_commands, _messages, _server, Master) = (commands, messages, server?.Server, server?.Endpoint);
        _client = client;
        Database = commands.GetDatabase(client.Settings.Database);
        _newLane = lane => new RedisLane(() => Database.KeyExistsAsync(client.Keys.Of(lane)), client.Timeout, client.Clock);

        _newAside = endpoint => new(() => client.ConnectAsync([RedisEndpoint.Of(endpoint)], RedisClient.OneNodeOnly, CancellationToken.None));

        // Answers that wait for each other would make one slow request everybody's; messages stay in order.
        commands.PreserveAsyncOrder = false;
        if (server is not null)
        {
            commands.ConnectionFailed += (_, _) => Break("the connection broke");
            messages.ConnectionFailed += (_, _) => Break("the connection for messages broke");
        }
        else
        {
            commands.ConnectionFailed += (_, _) => Failed();
            commands.HashSlotMoved += (_, _) => Failed();
            messages.ConnectionFailed += (_, _) => GapInMessages?.Invoke();
            messages.ConnectionRestored += (_, _) => GapInMessages?.Invoke();
        }
    }

    /// <summary>Messages may have been missed, although the link goes on.</summary>
    public event Action? GapInMessages;

    public IDatabase Database { get; }

    public ISubscriber Messages => _messages.GetSubscriber();

    /// <summary>The one server; null in a Cluster.</summary>
    public RedisEndpoint? Master { get; }

    public bool IsCluster => _server is null;

    /// <summary>Completes, with the reason, when the link is over.</summary>
    public Task<string> WaitForLossAsync(CancellationToken cancellation) => _lost.Task.WaitAsync(cancellation);

    /// <summary>
    /// Whether what was answered came from the server that was looked at. Asked behind each answer: the library may have come back to
    /// the address before it told us that the connection was gone. Nodes of a Cluster answer for what they are in charge of, whenever asked.
    /// </summary>
    public bool IsIntact => _server is null || (!_lost.Task.IsCompleted && _server.GetCounters().Interactive.SocketCount <= 1);

    public TimeSpan LongestSilence => _lanes.Values.Select(lane => lane.Silence).DefaultIfEmpty().Max();

    public void Break(string why) => _lost.TrySetResult(why);

    /// <summary>The way of a bucket's calls. One server is one way; in a Cluster each bucket may lie on another node.</summary>
    public RedisLane LaneOf(int bucket) => _lanes.GetOrAdd(IsCluster ? bucket : 0, _newLane);

    /// <summary>A call has failed: in a Cluster another node may be in charge now.</summary>
    public void Failed() => Volatile.Write(ref _failed, 1);

    /// <summary>Whether a call has failed since this was asked last.</summary>
    public bool TakeFailure() => Interlocked.Exchange(ref _failed, 0) != 0;

    /// <summary>Looks again which node of a Cluster is in charge of what.</summary>
    public Task RefreshAsync(CancellationToken cancellation) => _commands.ConfigureAsync().WaitAsync(_client.Timeout, _client.Clock, cancellation);

    /// <summary>Whether a node of a Cluster that was a replica when it was connected to says that it is none any longer.</summary>
    public async Task<bool> HasPromotedReplicaAsync(CancellationToken cancellation)
    {
        var replicas = _commands.GetEndPoints().Select(endpoint => _commands.GetServer(endpoint)).Where(server => server is { IsSlave: true, IsConnected: true });
        return (await Task.WhenAll(replicas.Select(server => IsMasterAsync(server, cancellation)))).Contains(true);
    }

    /// <summary>Runs a script on keys of one bucket.</summary>
    /// <exception cref="SessionStoreException">The server did not answer, or not in time, or refused.</exception>
    public async ValueTask<RedisResult> CallAsync(RedisScript script, int bucket, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellation)
    {
        var lane = LaneOf(bucket);
        if (lane.IsSilent)
        {
            _client.Metrics.Failed(RedisFailure.Silent);
            throw new SessionStoreException("Redis does not answer");
        }

        var began = _client.Clock.GetTimestamp();
        try
        {
            var answer = await EvaluateAsync(script, keys, arguments).WaitAsync(_client.Timeout, _client.Clock, cancellation);
            if (!IsIntact)
            {
                _client.Metrics.Failed(RedisFailure.Broken);
                throw new SessionStoreException("Redis answered on a connection that was lost");
            }

            _client.Metrics.Answered(_client.Clock.GetElapsedTime(began));
            return answer;
        }
        catch (TimeoutException fault)
        {
            lane.FellSilent();
            Failed();
            _client.Metrics.Failed(RedisFailure.Timeout);
            throw new SessionStoreException("Redis did not answer in time", fault);
        }
        catch (Exception fault) when (fault is RedisException or ObjectDisposedException)
        {
            Judge(fault);
            _client.Metrics.Failed(KindOf(fault));
            throw new SessionStoreException($"Redis failed: {Summary(fault)}", fault);
        }
    }

    private async Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await Database.ScriptEvaluateAsync(script.Text, keys, arguments, CommandFlags.DemandMaster);
        }
        catch (RedisServerException fault) when (fault.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server was restarted or its scripts were flushed; the library has just learnt it and now sends the text.
            return await Database.ScriptEvaluateAsync(script.Text, keys, arguments, CommandFlags.DemandMaster);
        }
    }

    /// <summary>Writes once more, on a connection where waiting holds up nobody else, and waits for replicas to have it; how many have.</summary>
    public async Task<long> ConfirmAsync(RedisScript write, RedisKey[] keys, long replicas, CancellationToken cancellation)
    {
        var endpoint = await Database.IdentifyEndpointAsync(keys[0], CommandFlags.DemandMaster).WaitAsync(_client.Timeout, _client.Clock, cancellation)
            ?? throw new RedisUnavailableException("no node is in charge of the key");
        var opening = AsideTo(endpoint);

        // Who opens it takes the time that it takes; nobody waits for it longer than for anything else.
        var aside = (await opening.Value.WaitAsync(_client.Timeout, _client.Clock, cancellation)).GetDatabase(Database.Database);
        try
        {
            await aside.ScriptEvaluateAsync(write.Text, keys, [], CommandFlags.NoRedirect | CommandFlags.NoScriptCache)
                .WaitAsync(_client.Timeout, _client.Clock, cancellation);
            var confirmed = aside.ExecuteAsync("WAIT", replicas, (long)Confirmation.TotalMilliseconds);
            return (long)await confirmed.WaitAsync(Confirmation + _client.Timeout, _client.Clock, cancellation);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            GiveUp(endpoint, opening);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Break("it was given up");
        _commands.Close(allowCommandsToComplete: false);
        _messages.Close(allowCommandsToComplete: false);
        foreach (var aside in _asides.Values)
        {
            await CloseAsync(aside.Value);
        }
    }

    /// <summary>The library's own texts tell of addresses and queues at length; the server's begin with a word that says it all.</summary>
    public static string Summary(Exception fault) => fault is RedisServerException ? fault.Message.Split(' ', 2)[0] : fault.GetType().Name;

    /// <summary>What kind of failure an exception of the library is.</summary>
    public static RedisFailure KindOf(Exception fault) => fault switch
    {
        TimeoutException => RedisFailure.Timeout,
        RedisServerException => RedisFailure.Refused,
        _ => RedisFailure.Broken,
    };

    private async Task<bool> IsMasterAsync(IServer server, CancellationToken cancellation)
    {
        try
        {
            var told = await server.InfoAsync("replication").WaitAsync(_client.Timeout, _client.Clock, cancellation);
            return told.SelectMany(section => section).Contains(KeyValuePair.Create("role", "master"));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Who does not answer has taken nobody's place.
            return false;
        }
    }

    private void Judge(Exception fault)
    {
        Failed();
        if (!IsCluster && fault is RedisServerException && Summary(fault) is "READONLY" or "NOAUTH")
        {
            Break("the server became a replica, or wants a password");
        }
    }

    // Ends that come together wait for one and the same.
    private Lazy<Task<ConnectionMultiplexer>> AsideTo(EndPoint endpoint)
    {
        var aside = _asides.GetOrAdd(endpoint, _newAside);
        if (aside.Value is { IsCompleted: true, IsCompletedSuccessfully: false })
        {
            GiveUp(endpoint, aside);
            aside = _asides.GetOrAdd(endpoint, _newAside);
        }

        if (_lost.Task.IsCompleted)
        {
            // Nobody would close it any more.
            GiveUp(endpoint, aside);
            throw new RedisUnavailableException("the connection is lost");
        }

        return aside;
    }

    private void GiveUp(EndPoint endpoint, Lazy<Task<ConnectionMultiplexer>> aside)
    {
        if (_asides.TryRemove(KeyValuePair.Create(endpoint, aside)))
        {
            _ = CloseAsync(aside.Value);
        }
    }

    private static async Task CloseAsync(Task<ConnectionMultiplexer> aside)
    {
        try
        {
            (await aside).Close(allowCommandsToComplete: false);
        }
        catch (Exception fault) when (fault is RedisUnavailableException or OperationCanceledException)
        {
            // It never opened.
        }
    }
}
