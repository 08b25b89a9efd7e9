using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Remotes;

/// <summary>Whether a service's answers are remembered.</summary>
/// <param name="Enabled">Whether they are at all.</param>
/// <param name="TimeToLive">How long at most.</param>
/// <param name="MostEntries">How many.</param>
internal sealed record AnswerCacheSettings(bool Enabled, TimeSpan TimeToLive, int MostEntries)
{
    // Oathkeeper's files name numbers that would take gigabytes.
    private const int Ceiling = 100_000;

    /// <param name="countKey">The key for the number of answers; Oathkeeper has several names for it.</param>
    /// <param name="count">What it is without the key.</param>
    public static Schema<AnswerCacheSettings> Schema(string countKey, int count) => Declare.Object<AnswerCacheSettings>("cache", "Whether good answers are remembered. A revoked credential is accepted for as long.", o =>
    {
        var enabled = o.Boolean("enabled", "Whether good answers are remembered; those who ask the same at once then wait for one answer.").Default(false);
        var timeToLive = o.Duration("ttl", "How long they are, unless the credential itself ends earlier.").Default("1m").AtMost("24h");
        var mostEntries = o.Integer(countKey, $"How many; more than {Ceiling} never are.").Default(count).AtLeast(1);
        return read => new AnswerCacheSettings(read.Get(enabled), read.Get(timeToLive), Math.Min(read.Get(mostEntries), Ceiling));
    });

    /// <summary>The part of an identity that tells uses with other settings apart.</summary>
    public string Identity => $"{Enabled} {TimeToLive.Ticks} {MostEntries}";
}
