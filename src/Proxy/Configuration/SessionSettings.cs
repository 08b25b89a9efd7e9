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

    public static readonly Schema<SessionSettings> Schema = Declare.Object<SessionSettings>("sessions", "Login sessions.", o =>
    {
        var store = o.Choice("store", "Where sessions are kept: in a file that survives a restart, or in memory.",
            ("sqlite", SessionStoreKind.Sqlite), ("memory", SessionStoreKind.Memory)).Default("sqlite");
        var path = o.Path("path", "The sqlite store's file; without the key sessions.db in the data folder.").Optional();
        var idle = o.Duration("idle", "A session ends when it was not used for so long.").Default("1h").AtLeast("1m").AtMost("720h");
        var absolute = o.Duration("absolute", "A session ends so long after its login, used or not.").Default("12h").AtLeast("1m").AtMost("720h");
        var touch = o.Duration("touch", "How often a used session's idle time is written to the store at most.").Default("1m").AtLeast("1s").AtMost("10m");
        var cacheBytes = o.Bytes("cache_bytes", "How much memory local copies of sessions may take.").Default("16MiB").AtLeast("1MiB");
        var pendingLogin = o.Duration("pending_login", "How long a login may take from its start to the provider's answer.").Default("10m").AtLeast("1m").AtMost("1h");
        var keysFolder = o.Path("keys_folder", "Where the realm's session keys are; without the key the data folder's keys, made on first use.").Optional();
        var guests = o.Object("guests", GuestSettings.Schema, "Sessions without a login, on rules that say guest: true.");
        return read =>
        {
            if (read.Get(idle) > read.Get(absolute))
            {
                read.Fault(idle, "is longer than absolute; a session cannot idle past its end");
            }

            return new SessionSettings(
                read.Get(store), read.Get(path), read.Get(idle), read.Get(absolute), read.Get(touch), read.Get(cacheBytes), read.Get(pendingLogin), read.Get(keysFolder))
            {
                Guests = read.Get(guests),
            };
        };
    });
}

internal enum SessionStoreKind
{
    Sqlite,
    Memory,
}
