using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Redis;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Sessions.Redis;

public class RedisMetricsTests
{
    [Fact]
    public async Task Connection_calls_failures_and_reconnections_are_counted()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        using var seen = new Seen(redis.Metrics);
        await redis.UntilConnectedAsync();
        await redis.Store.IsEndedAsync("s1", default);
        Assert.Equal(RedisState.Connected, redis.Connection.State);
        Assert.True(seen["authproxy.redis.call.duration"] >= 1);

        await server.CrashAsync();
        await redis.UntilConnectedAsync(false);
        await Assert.ThrowsAsync<SessionStoreException>(async () => await redis.Store.IsEndedAsync("s1", default));
        Assert.Equal(RedisState.Lost, redis.Connection.State);
        Assert.Equal((1, 1), (seen["authproxy.redis.losses"], seen["authproxy.redis.failures unconnected"]));

        await server.StartAgainAsync();
        await redis.UntilConnectedAsync();
        Assert.True(seen["authproxy.redis.connections connected"] >= 1);
        Assert.True(seen["authproxy.redis.connections failed"] >= 1);
        Assert.True(seen["authproxy.redis.message_gaps"] >= 1);
    }

    [Fact]
    public async Task Silence_is_told_from_loss()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await OpenRedis.StartAsync(OpenRedis.Settings(server));
        using var seen = new Seen(redis.Metrics);
        await redis.UntilConnectedAsync();
        await redis.Store.IsEndedAsync("s1", default);

        server.Process.Pause();
        await Assert.ThrowsAsync<SessionStoreException>(async () => await redis.Store.IsEndedAsync("s1", default));
        await Assert.ThrowsAsync<SessionStoreException>(async () => await redis.Store.IsEndedAsync("s1", default));
        var state = redis.Connection.State;
        server.Process.Resume();

        Assert.Equal(RedisState.Silent, state);
        Assert.Equal((1, 1), (seen["authproxy.redis.failures timeout"], seen["authproxy.redis.failures silent"]));
    }

    /// <summary>What instruments of one process have shown, under their names and their only tag.</summary>
    private sealed class Seen : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly MeterListener _listener = new();

        public Seen(RedisMetrics metrics)
        {
            _listener.InstrumentPublished = (instrument, listening) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
            _listener.Start();
        }

        public long this[string name] => _sums.GetValueOrDefault(name);

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _sums.AddOrUpdate(tags.Length > 0 ? $"{instrument.Name} {tags[0].Value}" : instrument.Name, value, (_, sum) => sum + value);
    }
}
