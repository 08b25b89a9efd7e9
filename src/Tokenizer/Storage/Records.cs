using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Storage;

// Times are milliseconds since 1970, as they lie in the database. Hashes are keyed: no table holds a token, a session id or a subject.

/// <summary>A token: whose it is, and the sealed key of its value. The row's id is random and stays, whichever key finds the row.</summary>
internal sealed record TokenRecord(
    byte[] RowId,
    KeyedHash Lookup,
    SealedSecret DataKey,
    string Realm,
    string Application,
    KeyedHash Owner,
    byte[]? SealedMetadata,
    StoredValue? Value,
    long CreatedAt);

/// <summary>A hash and the version of the key it was made with.</summary>
internal sealed record KeyedHash(int Version, byte[] Hash);

/// <summary>The one attempt that became the token's value.</summary>
internal sealed record StoredValue(byte[] Attempt, long Segments, long Size);

/// <summary>A session, its subject and its end as its proxy stated them.</summary>
internal sealed record SessionRecord(byte[] Session, byte[] Subject, long ExpiresAt);

/// <summary>What a guest's session holds becomes another session's.</summary>
/// <param name="Guest">Whose it was; ended by this.</param>
/// <param name="Session">Whose it becomes.</param>
/// <param name="Owner">The subject of that session, as owner of tokens.</param>
/// <param name="Applications">Whose tokens and grants pass over; the guest's others are nobody's.</param>
/// <param name="Until">How long the end of the guest's session must be remembered.</param>
internal sealed record Adoption(SessionRecord Guest, SessionRecord Session, KeyedHash Owner, IReadOnlyCollection<string> Applications, long Until);

/// <summary>A browser that showed a session of an application that owns its sessions. Only the hash of its cookie is here.</summary>
internal sealed record LoginRecord(byte[] Login, byte[] Session, KeyedHash Subject, string Application, long ExpiresAt);

/// <summary>Something that is good once, and was used. Remembered until it would not be good any more.</summary>
internal sealed record SpentMark(byte[] Mark, long Until);

/// <summary>A permission: this session may use this token until then.</summary>
internal sealed record GrantRecord(byte[] Session, byte[] TokenRowId, long ExpiresAt);

internal enum TicketUse
{
    Upload = 1,
    Download = 2,
}

/// <summary>A single-use permission to move one value. Only the ticket's hash is here; the token lies sealed under the ticket.</summary>
internal sealed record TicketRecord(byte[] Ticket, byte[] Session, byte[] TokenRowId, TicketUse Use, long ExpiresAt, SealedSecret Token);

/// <summary>What one token of a batch is to a session.</summary>
internal sealed record GrantView(byte[] Lookup, string Application, long? ExpiresAt);

/// <param name="MasterKeys">The registered versions, ordered.</param>
internal sealed record StoredKeys(IReadOnlyList<MasterKeyCheck> MasterKeys, IReadOnlyList<StoredLookupKey> LookupKeys)
{
    /// <summary>The versions that something in the database may be sealed under.</summary>
    public IEnumerable<MasterKeyCheck> Needed => MasterKeys.Where(key => key.RetiredAt is null);

    /// <summary>The version that everything new is sealed under: the newest; null in a database without keys.</summary>
    public MasterKeyCheck? Sealing => MasterKeys is [.., var newest] ? newest : null;

    /// <summary>Whether the needed master keys are all among the given ones. Whoever lacks one must not add to the database.</summary>
    public bool AreKnownTo(StoredKeys given) =>
        Needed.All(known => given.MasterKeys.Any(key => key.Version == known.Version && key.Check.AsSpan().SequenceEqual(known.Check)));
}

/// <summary>By this value the database recognises a master key that it was written under.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Check">A value derived from the key for nothing else.</param>
/// <param name="RetiredAt">Since when nothing can be sealed under it any more (milliseconds since 1970); null while something may be.</param>
internal sealed record MasterKeyCheck(int Version, byte[] Check, long? RetiredAt = null);

internal sealed record StoredLookupKey(string Purpose, int Version, byte[] RowId, int MasterVersion, byte[] Salt, byte[] Box);
