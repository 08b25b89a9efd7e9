using System.Diagnostics;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Storage;

/// <summary>
/// What the rotation of the master key needs: which replicas run with which keys, what is sealed under a version, and the two moments that
/// count for all of them: a version begins to seal, and a version is retired.
/// </summary>
/// <remarks>Nothing is ever written under a version that is not registered, or is retired: the statement that would is refused.</remarks>
internal interface IKeyRotationRecords
{
    /// <summary>Notes that the replica runs, and with which keys.</summary>
    /// <returns>The keys as they are registered now. A version that begins to seal meanwhile either is among them, or has seen this report.</returns>
    Task<StoredKeys> ReportReplicaAsync(ReplicaReport report, CancellationToken cancellation);

    /// <summary>Forgets a replica that ends.</summary>
    Task RemoveReplicaAsync(byte[] id, CancellationToken cancellation);

    /// <summary>The replicas that reported at <paramref name="since"/> or later, ordered by name.</summary>
    ValueTask<IReadOnlyList<ReplicaReport>> ReadReplicasAsync(long since, CancellationToken cancellation);

    /// <summary>Registers a version that is newer than all others, and lets it seal, if every replica that reported since then has it.</summary>
    /// <returns>The replicas that lack it, and then nothing was changed; none where it seals now, or did before.</returns>
    Task<IReadOnlyList<ReplicaReport>> ActivateMasterKeyAsync(MasterKeyCheck key, long since, CancellationToken cancellation);

    /// <summary>At most <paramref name="limit"/> rows whose ids come after <paramref name="after"/>, ordered by id, whatever they are sealed under.</summary>
    ValueTask<IReadOnlyList<SealedRow>> ReadSealedAsync(SealedKind kind, byte[] after, int limit, CancellationToken cancellation);

    /// <summary>Replaces outer layers, each only where it is still the one that was read; rows in another's hands are passed over, and nobody waits.</summary>
    /// <returns>How many were replaced.</returns>
    Task<int> ReplaceSealedAsync(SealedKind kind, IReadOnlyList<Resealed> rows, CancellationToken cancellation);

    /// <returns>False where it is no longer the one that was read.</returns>
    Task<bool> ReplaceLookupKeyAsync(StoredLookupKey read, StoredLookupKey resealed, CancellationToken cancellation);

    /// <summary>How much is sealed under each version. Takes long on large tables, and holds nobody up.</summary>
    ValueTask<IReadOnlyList<MasterKeyUse>> CountMasterKeyUsesAsync(CancellationToken cancellation);

    /// <summary>Retires a version for good, if nothing is sealed under it, and no replica that reported since then seals with it or an older one.</summary>
    /// <returns>False where something still needs it.</returns>
    Task<bool> RetireMasterKeyAsync(int version, long now, long since, CancellationToken cancellation);
}

/// <summary>The tables of what is sealed twice.</summary>
internal enum SealedKind
{
    /// <summary>The data keys of tokens.</summary>
    Tokens,

    /// <summary>The tokens of tickets.</summary>
    Tickets,
}

internal static class SealedKinds
{
    /// <summary>The table, and its column of ids.</summary>
    public static (string Table, string Id) Place(this SealedKind kind) => kind switch
    {
        SealedKind.Tokens => ("tokens", "row_id"),
        SealedKind.Tickets => ("tickets", "ticket"),
        _ => throw new UnreachableException(),
    };
}

/// <param name="Id">What the seal is bound to: the row's id, or the ticket's hash.</param>
internal sealed record SealedRow(byte[] Id, SealedSecret Secret);

/// <summary>A row as it was read, and its secret with a new outer layer.</summary>
internal sealed record Resealed(SealedRow Row, SealedSecret Secret);

internal sealed record MasterKeyUse(int Version, long Tokens, long Tickets, long LookupKeys)
{
    public bool IsNone => Tokens + Tickets + LookupKeys == 0;
}

/// <summary>What one running process says of its keys.</summary>
/// <param name="Id">16 random bytes of the process.</param>
/// <param name="Name">The host's name, for people.</param>
/// <param name="Keys">The check values of the master keys that it has.</param>
/// <param name="Sealing">The version that it seals with.</param>
/// <param name="SeenAt">Milliseconds since 1970.</param>
internal sealed record ReplicaReport(byte[] Id, string Name, IReadOnlyList<MasterKeyCheck> Keys, int Sealing, long SeenAt)
{
    public bool Has(MasterKeyCheck wanted) => Keys.Any(key => key.Version == wanted.Version && key.Check.AsSpan().SequenceEqual(wanted.Check));
}
