using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Keys;

/// <summary>What every version of the master key is for at the moment, and which replicas run.</summary>
internal sealed record KeyStatus(IReadOnlyList<KeyStanding> Versions, IReadOnlyList<ReplicaReport> Replicas)
{
    public static async Task<KeyStatus> ReadAsync(ITokenStore store, MasterKeys given, TimeProvider clock, CancellationToken cancellation)
    {
        var replicas = await store.ReadReplicasAsync(clock.NowMilliseconds() - (long)Replica.Silence.TotalMilliseconds, cancellation);
        var stored = await store.ReadKeysAsync(cancellation);
        var uses = (await store.CountMasterKeyUsesAsync(cancellation)).ToDictionary(use => use.Version);
        var waiting = given.All.Where(key => key.Version > stored.Sealing!.Version).Select(key => key.ToCheck());
        return new KeyStatus(
            [
                .. stored.MasterKeys.Select(key => StandingOf(key, key.Version == stored.Sealing!.Version, uses[key.Version], replicas)),
                .. waiting.Select(key => new KeyStanding.Waits(key.Version, key.Check, [.. replicas.Where(replica => !replica.Has(key))])),
            ],
            replicas);
    }

    private static KeyStanding StandingOf(MasterKeyCheck key, bool seals, MasterKeyUse use, IReadOnlyList<ReplicaReport> replicas) => key switch
    {
        { RetiredAt: { } at } => new KeyStanding.Retired(
            key.Version, key.Check, DateTimeOffset.FromUnixTimeMilliseconds(at), use, [.. replicas.Where(replica => replica.Keys.Any(held => held.Version == key.Version))]),
        _ when seals => new KeyStanding.Seals(key.Version, key.Check, use),
        _ => new KeyStanding.Opens(key.Version, key.Check, use),
    };
}

/// <param name="Version">The version.</param>
/// <param name="Check">The check value, by which people can tell keys apart.</param>
internal abstract record KeyStanding(int Version, byte[] Check)
{
    /// <summary>Everything new is sealed under it.</summary>
    public sealed record Seals(int Version, byte[] Check, MasterKeyUse Use) : KeyStanding(Version, Check);

    /// <summary>It opens what it once sealed, until a rotation has moved that.</summary>
    public sealed record Opens(int Version, byte[] Check, MasterKeyUse Use) : KeyStanding(Version, Check);

    /// <summary>It was given, and no rotation has let it seal yet.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Check">The check value.</param>
    /// <param name="Lacking">The replicas that do not have it yet.</param>
    public sealed record Waits(int Version, byte[] Check, IReadOnlyList<ReplicaReport> Lacking) : KeyStanding(Version, Check);

    /// <summary>Nothing is sealed under it, and nothing will be.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Check">The check value.</param>
    /// <param name="At">Since when.</param>
    /// <param name="Use">What was put back into the database since; nothing where nobody did that.</param>
    /// <param name="Held">The replicas whose configuration still names it, and which would not start without it.</param>
    public sealed record Retired(int Version, byte[] Check, DateTimeOffset At, MasterKeyUse Use, IReadOnlyList<ReplicaReport> Held) : KeyStanding(Version, Check);
}
