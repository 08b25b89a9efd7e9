using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Bodies;

/// <summary>How much of request bodies is held in memory, for rules that have to look into one before it passes.</summary>
/// <param name="PerBody">The most bytes of one body, where its rule says nothing else.</param>
/// <param name="Together">The most bytes of all bodies at once.</param>
/// <param name="Patience">How long a body may take to arrive, beside the time that its limit's bytes need on a slow line.</param>
internal sealed record HeldBodyLimits(long PerBody, long Together, TimeSpan Patience)
{
    public static readonly Schema<HeldBodyLimits> Schema = Declare.Object<HeldBodyLimits>("held_bodies", "Bodies that rules look into before they pass; they are held in memory.", o =>
    {
        var limit = o.Bytes("limit", "How much of one body is held, where its rule sets no limit of its own; a larger one is refused.").Default("1MiB").AtLeast("1KiB").AtMost("64MiB");
        var budget = o.Bytes("budget", "How much of all bodies together this process holds; beyond it requests are refused.").Default("64MiB").AtLeast("1MiB");
        var timeout = o.Duration("timeout", "How long a held body may take to arrive, and a second for each 64 KiB of its limit; past it 408.").Default("15s").AtLeast("1s").AtMost("2m");
        return read => new HeldBodyLimits(read.Get(limit), read.Get(budget), read.Get(timeout));
    });
}
