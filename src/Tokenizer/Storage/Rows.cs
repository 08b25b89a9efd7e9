using System.Globalization;
using AuthProxy.Tokenizer.Cryptography;
using Dapper;

namespace AuthProxy.Tokenizer.Storage;

// What Dapper fills from a row, in both databases: names as in the statements, and nothing but setters.

internal sealed class TokenRow
{
    public byte[] RowId { get; set; } = [];

    public byte[] Lookup { get; set; } = [];

    public int LookupVersion { get; set; }

    public int MasterVersion { get; set; }

    public byte[] Salt { get; set; } = [];

    public byte[] Box { get; set; } = [];

    public string Realm { get; set; } = "";

    public string Application { get; set; } = "";

    public byte[] Owner { get; set; } = [];

    public int OwnerVersion { get; set; }

    public byte[]? Metadata { get; set; }

    public byte[]? Attempt { get; set; }

    public long? Segments { get; set; }

    public long? Size { get; set; }

    public long CreatedAt { get; set; }

    public byte[]? Record { get; set; }

    public int? RecordVersion { get; set; }

    public byte[]? Mask { get; set; }

    public long? ExpiresAt { get; set; }

    public TokenRecord ToRecord() => new(
        RowId,
        new KeyedHash(LookupVersion, Lookup),
        new SealedSecret(MasterVersion, Salt, Box),
        Realm,
        Application,
        new KeyedHash(OwnerVersion, Owner),
        Metadata,
        Attempt is null ? null : new StoredValue(Attempt, Segments ?? 0, Size ?? 0),
        CreatedAt)
    {
        Record = Record is null ? null : new KeyedHash(RecordVersion ?? 0, Record),
        SealedMask = Mask,
        ExpiresAt = ExpiresAt,
    };
}

internal class TicketRow
{
    public byte[] Token { get; set; } = [];

    public long ExpiresAt { get; set; }

    public int MasterVersion { get; set; }

    public byte[] Salt { get; set; } = [];

    public byte[] Box { get; set; } = [];

    public TicketRecord ToRecord(byte[] ticket, byte[] session, TicketUse use) =>
        new(ticket, session, Token, use, ExpiresAt, new SealedSecret(MasterVersion, Salt, Box));
}

internal sealed class GrantRow
{
    public byte[] Lookup { get; set; } = [];

    public string Application { get; set; } = "";

    public long? ExpiresAt { get; set; }

    public int? UsesLeft { get; set; }

    public GrantView ToView() => new(Lookup, Application, ExpiresAt, UsesLeft);
}

internal sealed class ListedGrantRow
{
    public byte[] Session { get; set; } = [];

    public byte[] TokenRowId { get; set; } = [];

    public byte[] Token { get; set; } = [];

    public long ExpiresAt { get; set; }

    public int? UsesLeft { get; set; }

    public long? CreatedAt { get; set; }

    public ListedGrant ToRecord() => new(Session, TokenRowId, Token, ExpiresAt, UsesLeft, CreatedAt);
}

internal sealed class GrantPlaceRow
{
    public byte[] Session { get; set; } = [];

    public byte[] TokenRowId { get; set; } = [];

    public GrantPlace ToPlace() => new(Session, TokenRowId);
}

internal sealed class SessionRow
{
    public byte[] Subject { get; set; } = [];

    public long ExpiresAt { get; set; }
}

internal sealed class MasterKeyRow
{
    public int Version { get; set; }

    public byte[] CheckValue { get; set; } = [];

    public long? RetiredAt { get; set; }

    public MasterKeyCheck ToCheck() => new(Version, CheckValue, RetiredAt);
}

internal sealed class SealedRowRow
{
    public byte[] Id { get; set; } = [];

    public int MasterVersion { get; set; }

    public byte[] Salt { get; set; } = [];

    public byte[] Box { get; set; } = [];

    public SealedRow ToRow() => new(Id, new SealedSecret(MasterVersion, Salt, Box));
}

internal sealed class MasterKeyUseRow
{
    public int Version { get; set; }

    public long Tokens { get; set; }

    public long Tickets { get; set; }

    public long LookupKeys { get; set; }

    public MasterKeyUse ToUse() => new(Version, Tokens, Tickets, LookupKeys);
}

internal sealed class ReplicaRow
{
    /// <summary>One that said nothing for an hour will not come back.</summary>
    private const long Remembered = 3_600_000;

    public byte[] Replica { get; set; } = [];

    public string Name { get; set; } = "";

    public string MasterKeys { get; set; } = "";

    public int Sealing { get; set; }

    public long SeenAt { get; set; }

    public ReplicaReport ToReport() => new(Replica, Name, [.. MasterKeys.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseCheck)], Sealing, SeenAt);

    public static DynamicParameters Parameters(ReplicaReport report) => Statement.With(
        ("replica", report.Id), ("name", report.Name), ("keys", Text(report.Keys)), ("sealing", report.Sealing), ("seenAt", report.SeenAt),
        ("forgotten", report.SeenAt - Remembered));

    // Versions and check values, as one text.
    private static string Text(IEnumerable<MasterKeyCheck> keys) => string.Join(' ', keys.Select(key => $"{key.Version}:{Convert.ToHexString(key.Check)}"));

    private static MasterKeyCheck ParseCheck(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new MasterKeyCheck(int.Parse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromHexString(text.AsSpan(colon + 1)));
    }
}

internal sealed class LookupKeyRow
{
    public string Purpose { get; set; } = "";

    public int Version { get; set; }

    public byte[] RowId { get; set; } = [];

    public int MasterVersion { get; set; }

    public byte[] Salt { get; set; } = [];

    public byte[] Box { get; set; } = [];

    public StoredLookupKey ToKey() => new(Purpose, Version, RowId, MasterVersion, Salt, Box);
}

internal sealed class LoginRow
{
    public byte[] Login { get; set; } = [];

    public byte[] Session { get; set; } = [];

    public byte[] Subject { get; set; } = [];

    public int SubjectVersion { get; set; }

    public string Application { get; set; } = "";

    public long ExpiresAt { get; set; }

    public LoginRecord ToRecord() => new(Login, Session, new KeyedHash(SubjectVersion, Subject), Application, ExpiresAt);
}

internal sealed class AuditChainRow
{
    public byte[] Chain { get; set; } = [];

    public long Sequence { get; set; }

    public byte[] Head { get; set; } = [];

    public AuditChain ToChain() => new(Chain, Sequence, Head);
}

internal sealed class AuditLineRow
{
    public long Sequence { get; set; }

    public byte[] Line { get; set; } = [];

    public AuditRow ToRow() => new(Sequence, Line);
}

internal sealed class CheckpointRow
{
    public long Number { get; set; }

    public long MadeAt { get; set; }

    public string Text { get; set; } = "";

    public StoredCheckpoint ToCheckpoint() => new(Number, MadeAt, Text);
}
