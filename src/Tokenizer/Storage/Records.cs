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
    long CreatedAt)
{
    /// <summary>The record that the token belongs to, as its application calls it; null as long as nobody has said so. Written once.</summary>
    public KeyedHash? Record { get; init; }

    /// <summary>What may be shown of the value without a grant, sealed under the data key; null where nothing may.</summary>
    public byte[]? SealedMask { get; init; }

    /// <summary>When the token is gone; null where it stays until it is deleted.</summary>
    public long? ExpiresAt { get; init; }
}

/// <summary>A token that is kept together with its value.</summary>
/// <param name="Token">Its <see cref="TokenRecord.Value"/> describes the segments.</param>
/// <param name="Segments">The whole value, sealed.</param>
/// <param name="Maker">Whose session makes it and holds a grant from the start; null where a service makes it, which needs none.</param>
internal sealed record WholeToken(TokenRecord Token, IReadOnlyList<byte[]> Segments, TokenMaker? Maker);

/// <summary>The session that makes a token, and its grant.</summary>
internal sealed record TokenMaker(SessionRecord Session, GrantRecord Grant);

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
internal sealed record GrantRecord(byte[] Session, byte[] TokenRowId, long ExpiresAt)
{
    /// <summary>How many times the value may be read; null where that is not counted.</summary>
    public int? UsesLeft { get; init; }
}

/// <summary>Under which conditions a grant may be set.</summary>
/// <param name="Owner">The subject that the session must be of; null where anybody's will do.</param>
/// <param name="PerHour">How many tokens a session may be granted within an hour of the clock. Renewing a grant that it holds is not counted.</param>
internal sealed record GrantTerms(byte[]? Owner, int PerHour);

/// <summary>A grant as it is listed. Session and token are hashes, the same as in the audit.</summary>
/// <param name="TokenRowId">With the session, the grant's place in the list's order.</param>
internal sealed record ListedGrant(byte[] Session, byte[] TokenRowId, byte[] Token, long ExpiresAt, int? UsesLeft, long? CreatedAt);

/// <summary>Which grants are meant: all of an application's that fit what is not null.</summary>
internal sealed record GrantSelection(string Application, byte[]? Session, byte[]? TokenRowId);

/// <summary>A place in the order of all grants, by session and token; the first is before all of them.</summary>
internal sealed record GrantPlace(byte[] Session, byte[] TokenRowId)
{
    public static readonly GrantPlace Start = new([], []);
}

internal enum TicketUse
{
    Upload = 1,
    Download = 2,
}

/// <summary>A single-use permission to move one value. Only the ticket's hash is here; the token lies sealed under the ticket.</summary>
internal sealed record TicketRecord(byte[] Ticket, byte[] Session, byte[] TokenRowId, TicketUse Use, long ExpiresAt, SealedSecret Token);

/// <summary>What one token of a batch is to a session.</summary>
internal sealed record GrantView(byte[] Lookup, string Application, long? ExpiresAt, int? UsesLeft = null);

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
