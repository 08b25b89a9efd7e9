using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Login sessions.</summary>
/// <param name="Store">Where they are kept.</param>
/// <param name="Path">The file of the sqlite store; null: <c>sessions.db</c> in the data folder.</param>
/// <param name="Idle">A session ends when it was not used for so long.</param>
/// <param name="Absolute">A session ends so long after its login, used or not.</param>
/// <param name="Touch">How often a used session's idle time is written to the store at most.</param>
/// <param name="CacheBytes">How much memory local copies of sessions may take.</param>
/// <param name="PendingLogin">How long a login may take from its start to the provider's answer.</param>
/// <param name="KeysFolder">Realm session keys; null: <c>keys</c> in the data folder.</param>
internal sealed record SessionSettings(
    SessionStoreKind Store, string? Path, TimeSpan Idle, TimeSpan Absolute, TimeSpan Touch, long CacheBytes, TimeSpan PendingLogin, string? KeysFolder)
{
    /// <summary>Sessions without a login.</summary>
    public GuestSettings Guests { get; init; } = GuestSettings.Usual;

    /// <summary>What applications may ask about a session.</summary>
    public SessionEndpointSettings Endpoint { get; init; } = SessionEndpointSettings.Default;

    public static readonly Schema<SessionSettings> Schema = Declare.Object<SessionSettings>("sessions", "Login sessions.", o =>
    {
        var store = o.Choice("store", "Where sessions are kept: in a file that survives a restart, in memory, or in Redis for many replicas.",
            ("sqlite", SessionStoreKind.Sqlite), ("memory", SessionStoreKind.Memory), ("redis", SessionStoreKind.Redis)).Default("sqlite");
        var path = o.Path("path", "The sqlite store's file; without the key sessions.db in the data folder.").Optional();
        var idle = o.Duration("idle", "A session ends when it was not used for so long.").Default("1h").AtLeast("1m").AtMost("720h");
        var absolute = o.Duration("absolute", "A session ends so long after its login, used or not.").Default("12h").AtLeast("1m").AtMost("720h");
        var touch = o.Duration("touch", "How often a used session's idle time is written to the store at most.").Default("1m").AtLeast("1s").AtMost("10m");
        var cacheBytes = o.Bytes("cache_bytes", "How much memory local copies of sessions may take.").Default("16MiB").AtLeast("1MiB");
        var pendingLogin = o.Duration("pending_login", "How long a login may take from its start to the provider's answer.").Default("10m").AtLeast("1m").AtMost("1h");
        var keysFolder = o.Path("keys_folder", "Where the realm's session keys are; without the key the data folder's keys, made on first use.").Optional();
        var guests = o.Object("guests", GuestSettings.Schema, "Sessions without a login, on rules that say guest: true.");
        var redis = o.Object("redis", RedisSettings.Schema, "The Redis of store: redis.").Optional();
        var endpoint = o.Object("endpoint", SessionEndpointSettings.Schema, "What pages may ask about the session: /.authproxy/session and /.authproxy/userinfo.");
        var outageBudget = o.Duration("outage_budget",
            "How long a session that was just known to be alive is served while the store cannot be asked. An end that was made elsewhere meanwhile goes unnoticed for so long; 0s: nobody is served.")
            .Default("0s").AtMost("10m");
        return read =>
        {
            CheckStore(read, store, path, keysFolder, redis);
            if (read.Get(idle) > read.Get(absolute))
            {
                read.Fault(idle, "is longer than absolute; a session cannot idle past its end");
            }

            return new SessionSettings(
                read.Get(store), read.Get(path), read.Get(idle), read.Get(absolute), read.Get(touch), read.Get(cacheBytes), read.Get(pendingLogin), read.Get(keysFolder))
            {
                Guests = read.Get(guests),
                Redis = read.Get(redis),
                Endpoint = read.Get(endpoint),
                OutageBudget = read.Get(outageBudget),
            };
        };
    });

    /// <summary>How long a session that was just known to be alive is served while the store cannot be asked.</summary>
    public TimeSpan OutageBudget { get; init; }

    /// <summary>The Redis of <see cref="SessionStoreKind.Redis"/>; null with other stores.</summary>
    public RedisSettings? Redis { get; init; }

    private static void CheckStore(
        ObjectReading read, Setting<SessionStoreKind> store, Setting<string?> path, Setting<string?> keysFolder, Setting<RedisSettings?> redis)
    {
        if (read.Get(store) != SessionStoreKind.Redis)
        {
            if (read.IsGiven(redis))
            {
                read.Fault(redis, "is given, but store is another; write store: redis, or leave redis out");
            }

            return;
        }

        if (read.Get(path) is not null)
        {
            read.Fault(path, "is the sqlite store's file, and store is redis; leave it out");
        }

        if (!read.IsGiven(redis))
        {
            read.Fault(redis, "is missing, and store is redis; name endpoints or sentinel");
        }
        else if (read.Get(redis) is { IsLoopback: false } && read.Get(keysFolder) is null)
        {
            // Each replica would make a key of its own, and no session would open on another.
            read.Fault(keysFolder, "is missing; replicas that share a Redis share the realm's keys: mount them, and name the folder (docs/sessions.md)");
        }
    }
}

internal enum SessionStoreKind
{
    Sqlite,
    Memory,
    Redis,
}
