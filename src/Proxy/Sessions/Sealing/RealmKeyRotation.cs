namespace AuthProxy.Proxy.Sessions.Sealing;

/// <summary>
/// The rotation of a realm's key, one safe step at a time: a new version is added and opens only; when every replica must have it, it
/// seals; when nothing can be left that the old one sealed, that one goes.
/// </summary>
/// <param name="folder">Where the key is.</param>
/// <param name="clock">What time it is.</param>
/// <param name="distribution">How long a file needs at most to reach every replica.</param>
/// <param name="longestLife">How long what was sealed last may live: the longest session of the realm, or mark of an ended bearer.</param>
internal sealed class RealmKeyRotation(RealmKeyFolder folder, TimeProvider clock, TimeSpan distribution, TimeSpan longestLife)
{
    // For the names of keys alone: nothing is opened here.
    private const string AnyRealm = "";

    /// <summary>Every version and what it is for; empty where there is no key yet.</summary>
    public IReadOnlyList<RealmKeyStanding> Standings()
    {
        if (folder.Read(AnyRealm) is not { } set)
        {
            return [];
        }

        // Who seals since when nobody knows has sealed at least since the next version came.
        var since = set.Since ?? folder.ArrivalOf(set.Current.Version);
        return [.. set.All.Select(key => key.Version.CompareTo(set.Current.Version) switch
        {
            0 => (RealmKeyStanding)new RealmKeyStanding.Seals(key.Version, since),
            > 0 => new RealmKeyStanding.Waits(key.Version, folder.ArrivalOf(key.Version) + distribution),
            < 0 => new RealmKeyStanding.Opens(key.Version, since + distribution + longestLife),
        })];
    }

    /// <summary>Takes the next step of a rotation, or begins one.</summary>
    public RealmKeyStep Rotate()
    {
        var standings = Standings();
        if (standings.Count == 0)
        {
            folder.Generate(1);
            return new RealmKeyStep.Added(1, null);
        }

        switch (standings[^1])
        {
            case RealmKeyStanding.Waits waiting when waiting.Until > clock.GetUtcNow():
                return new RealmKeyStep.TooEarly(waiting.Version, waiting.Until);
            case RealmKeyStanding.Waits ready:
                folder.Activate(ready.Version, clock.GetUtcNow());
                return new RealmKeyStep.Activated(ready.Version, clock.GetUtcNow() + distribution + longestLife);
            case var newest:
                return Add(newest);
        }
    }

    /// <summary>Removes the versions that nothing can need any longer; which those were.</summary>
    public IReadOnlyList<uint> Prune()
    {
        var gone = Standings().OfType<RealmKeyStanding.Opens>().Where(key => key.NeededUntil <= clock.GetUtcNow()).Select(key => key.Version).ToList();
        gone.ForEach(folder.Remove);
        return gone;
    }

    private RealmKeyStep.Added Add(RealmKeyStanding newest)
    {
        // Written down before there is a second one: replicas that see both must not have to guess.
        if (folder.Read(AnyRealm) is { Since: null })
        {
            folder.Activate(newest.Version, folder.ArrivalOf(newest.Version));
        }

        var version = newest.Version + 1;
        folder.Generate(version);
        return new RealmKeyStep.Added(version, clock.GetUtcNow() + distribution);
    }
}

/// <summary>What a version of the realm's key is for at the moment.</summary>
internal abstract record RealmKeyStanding(uint Version)
{
    /// <summary>It opens, and does not seal before every replica has it.</summary>
    public sealed record Waits(uint Version, DateTimeOffset Until) : RealmKeyStanding(Version);

    /// <summary>It seals.</summary>
    public sealed record Seals(uint Version, DateTimeOffset Since) : RealmKeyStanding(Version);

    /// <summary>It opens what it once sealed.</summary>
    public sealed record Opens(uint Version, DateTimeOffset NeededUntil) : RealmKeyStanding(Version);
}

/// <summary>What one call has done for the rotation.</summary>
internal abstract record RealmKeyStep(uint Version)
{
    /// <summary>A version was made. It may seal from then on; null: it does already, being the first.</summary>
    public sealed record Added(uint Version, DateTimeOffset? ReadyAt) : RealmKeyStep(Version);

    /// <summary>Nothing: the newest version may not be everywhere yet.</summary>
    public sealed record TooEarly(uint Version, DateTimeOffset Until) : RealmKeyStep(Version);

    /// <summary>The newest version seals now; those before it are needed until then.</summary>
    public sealed record Activated(uint Version, DateTimeOffset OthersNeededUntil) : RealmKeyStep(Version);
}
