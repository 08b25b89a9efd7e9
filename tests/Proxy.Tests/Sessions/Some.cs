using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Memory;
using AuthProxy.Proxy.Sessions.News;
using AuthProxy.Proxy.Sessions.Outage;
using AuthProxy.Proxy.Sessions.Sealing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Tests.Sessions;

/// <summary>Plain examples of what these tests need.</summary>
internal static class Some
{
    public const string Issuer = "https://id.example.com";

    public const string Host = "app.example.com";

    public static readonly SessionSettings Settings = new(
        SessionStoreKind.Memory, null, TimeSpan.FromHours(1), TimeSpan.FromHours(12), TimeSpan.FromMinutes(1), 16 * 1024 * 1024, TimeSpan.FromMinutes(10), null);

    public static NewSession Login(string subject = "alice", string? providerSid = "p1") => new(
        Issuer,
        subject,
        JsonDocument.Parse("""{"name":"Zoë","groups":["clerks"]}""").RootElement.Clone(),
        new ProviderTokens("id.to.ken", "access", "refresh", null),
        providerSid,
        null);

    public static RealmKeys Keys(TimeProvider clock, string realm = "bank", params (uint, byte[])[] keys) =>
        RealmKeys.Of(realm, clock, keys.Length > 0 ? keys : [(1, Bytes(1))]);

    public static byte[] Bytes(byte fill) => [.. Enumerable.Repeat(fill, RealmKey.Length)];

    public static HeaderDictionary CookieHeader(params string[] lines) => new() { ["Cookie"] = lines };

    public static SessionMetrics Metrics() => new();

    public static EndDelivery Delivery(ISessionStore store, TimeProvider clock, ITokenizerSessions? tokenizer = null) =>
        new(store, Metrics(), clock, NullLogger<EndDelivery>.Instance, tokenizer);

    public static LocalNews News(params ISessionNewsHandler[] handlers) => new(new NewsHandlers(handlers, NullLogger<NewsHandlers>.Instance));

    public static StoreClock StoreClock() => new(NullLogger<StoreClock>.Instance);

    public static OpenedSessions Opened(TimeProvider clock) => new(clock, NewsStanding.NobodyTells());

    public static StoreKey StoreKey() => Proxy.Sessions.StoreKey.From(RandomNumberGenerator.GetBytes(Proxy.Sessions.StoreKey.Length));

    /// <summary>A session that lives for an hour.</summary>
    public static Session Session(string sid, TimeProvider clock) => new(
        sid, Issuer, "alice", JsonDocument.Parse("{}").RootElement, ProviderTokens.None, null, clock.GetUtcNow(), clock.GetUtcNow(), clock.GetUtcNow().AddHours(1));

    /// <summary>What the session of <see cref="Login"/> is looked up by.</summary>
    public static IReadOnlyList<StoreKey> LookupKeys(TimeProvider clock)
    {
        var indexer = new SessionIndexer(Keys(clock));
        return [.. indexer.KeysOfSubject(Issuer, "alice"), .. indexer.KeysOfProviderSession(Issuer, "p1")];
    }

    public static PutOffTouches PutOff(ISessionStore store, TimeProvider clock) =>
        new(store, Keys(clock), Settings, clock, NullLogger<PutOffTouches>.Instance);

    public static LiveSessions Sessions(
        TimeProvider clock, ISessionStore? store = null, RealmKeys? keys = null, OpenedSessions? opened = null, ITokenizerSessions? tokenizer = null,
        ISessionNews? news = null, StoreReach? reach = null, PutOffTouches? putOff = null, StoreClock? storeClock = null, params ISessionNewsHandler[] listeners) =>
        Sessions(out _, clock, store, keys, opened, tokenizer, news, reach, putOff, storeClock, listeners);

    /// <summary>The same with what ends them.</summary>
    public static LiveSessions Sessions(
        out SessionTerminator terminator, TimeProvider clock, ISessionStore? store = null, RealmKeys? keys = null, OpenedSessions? opened = null,
        ITokenizerSessions? tokenizer = null, ISessionNews? news = null, StoreReach? reach = null, PutOffTouches? putOff = null, StoreClock? storeClock = null,
        params ISessionNewsHandler[] listeners)
    {
        store ??= new MemorySessionStore();
        keys ??= Keys(clock);
        opened ??= Opened(clock);
        news ??= News([opened, .. listeners]);
        terminator = new SessionTerminator(store, keys, Settings, opened, news, Delivery(store, clock, tokenizer), Metrics(), clock, NullLogger<SessionTerminator>.Instance);
        return new LiveSessions(
            store,
            keys,
            Settings,
            opened,
            news,
            reach ?? new StoreReach(clock),
            putOff ?? PutOff(store, clock),
            terminator,
            Metrics(),
            storeClock ?? StoreClock(),
            clock,
            NullLogger<LiveSessions>.Instance);
    }
}
