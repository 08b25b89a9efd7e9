using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Sealing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions.News;

/// <summary>As much of a replica as news and copies concern.</summary>
internal sealed class Replica
{
    private readonly TimeProvider _clock;

    public Replica(TimeProvider clock, Broker broker, RealmKeys? keys = null)
    {
        _clock = clock;
        Line = broker.Connect();
        Opened = new OpenedSessions(clock, Standing);
        Exchange = new NewsExchange(
            Line, keys ?? Some.Keys(clock), new NewsHandlers([Opened, Listening], NullLogger<NewsHandlers>.Instance), Standing, new NewsMetrics(), clock, NullLogger<NewsExchange>.Instance);
    }

    public Broker.Line Line { get; }

    public NewsStanding Standing { get; } = NewsStanding.OfChannel();

    public OpenedSessions Opened { get; }

    public Listening Listening { get; } = new();

    public NewsExchange Exchange { get; }

    public bool IsConfirmed => Standing.IsConfirmed(_clock.GetTimestamp());

    public Task BeatAsync() => Exchange.BeatAsync(default);
}
