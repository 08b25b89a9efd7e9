using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Remotes;

/// <summary>Whether and how long a service's good answers are used again.</summary>
/// <param name="Lifetime">How long; null: every request asks.</param>
/// <param name="MaxEntries">The most answers.</param>
internal sealed record CacheSettings(TimeSpan? Lifetime, int MaxEntries)
{
    public static readonly Schema<CacheSettings> Schema = Declare.Object<CacheSettings>("cache", "Whether and how long good answers are used again; what they depend on is everything that was sent.", o =>
    {
        var enabled = o.Boolean("enabled", "Whether answers are used again; ttl alone does not switch it on.").Default(false);
        var ttl = o.Duration("ttl", "How long: that much later at most a change at the service counts.").Default("1m").AtLeast("1s").AtMost("24h");
        var entries = o.Integer("max_entries", "The most answers that this rule keeps; the least used go first.").Default(5_000).AtLeast(1).AtMost(1_000_000);
        return read => new CacheSettings(read.Get(enabled) ? read.Get(ttl) : null, read.Get(entries));
    });

    /// <summary>A cache for one use in one rule; null where every request asks.</summary>
    public AnswerCache<T>? Create<T>(TimeProvider time)
        where T : class => Lifetime is null ? null : new AnswerCache<T>(time, MaxEntries);
}
