using System.Security.Cryptography;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Tokens;

/// <summary>A token and an address for one PUT or GET of its value, on the vault's origin.</summary>
internal sealed record ValueAddress(DataToken Token, string Url);

/// <summary>Makes tokens, and lets sessions with a grant at what stands behind them.</summary>
internal sealed class TokenService(ITokenStore store, KeyRing ring, TokenKeys keys, Tickets tickets, LimitSettings limits, RealmName realm, TimeProvider clock)
{
    // The same answer for a token that does not exist: whoever guesses learns nothing.
    private static readonly Refused GrantMissing = new(TokenizerRefusals.GrantMissing, "the session holds no grant for the token");

    /// <summary>A new token of the user's, with a grant for the session that made it.</summary>
    /// <param name="metadata">A JSON object, or null where there is nothing to keep.</param>
    /// <param name="life">After which the token is gone; null where it stays.</param>
    public async Task<Outcome<ValueAddress>> TokenizeAsync(UserCaller user, byte[]? metadata, TimeSpan? life, CancellationToken cancellation)
    {
        var now = clock.NowMilliseconds();
        var token = DataToken.New();
        var row = NewRow(user, token, metadata, now) with { ExpiresAt = now + (long?)life?.TotalMilliseconds };
        var grant = new GrantRecord(user.Session, row.RowId, Math.Min(End(user, now, limits.GrantDefault), row.ExpiresAt ?? long.MaxValue));
        var end = Math.Min(End(user, now, limits.TicketLife), row.ExpiresAt ?? long.MaxValue);
        var (ticket, upload) = tickets.New(user.Session, row.RowId, token, TicketUse.Upload, end);

        var standing = await store.AddTokenAsync(row, user.ToRecord(), grant, upload, now, cancellation);
        return standing == SessionStanding.Alive ? AddressOf(user, token, ticket) : SessionRefusals.Of(standing);
    }

    /// <summary>An address to read the value at, for a session with a grant.</summary>
    public async Task<Outcome<ValueAddress>> DetokenizeAsync(UserCaller user, DataToken token, CancellationToken cancellation)
    {
        if (await store.FindTokenAsync(ring.LookupKeys.Of(token), clock.NowMilliseconds(), cancellation) is not { } row)
        {
            return GrantMissing;
        }

        if (row.Application != user.Application.Name)
        {
            return ForeignTo(user.Application, row);
        }

        var now = clock.NowMilliseconds();
        var (ticket, download) = tickets.New(user.Session, row.RowId, token, TicketUse.Download, End(user, now, limits.TicketLife));
        return await store.IssueDownloadAsync(download, now, cancellation) switch
        {
            TicketIssue.Issued when row.Value is not null => AddressOf(user, token, ticket),
            TicketIssue.Issued => new Refused(TokenizerRefusals.ValueMissing, "the token was made, and its value never arrived"),
            TicketIssue.SessionEnded => SessionRefusals.Of(SessionStanding.Ended),
            _ => GrantMissing,
        };
    }

    /// <summary>The metadata that the token was made with. It may name files and people, so it needs a grant as the value does.</summary>
    public async Task<Outcome<byte[]>> ReadMetadataAsync(UserCaller user, DataToken token, CancellationToken cancellation)
    {
        var lookups = ring.LookupKeys.Of(token);
        if (await store.FindTokenAsync(lookups, clock.NowMilliseconds(), cancellation) is not { } row)
        {
            return GrantMissing;
        }

        if (row.Application != user.Application.Name)
        {
            return ForeignTo(user.Application, row);
        }

        var grants = await store.FindGrantsAsync(user.Session, lookups, clock.NowMilliseconds(), cancellation);
        if (grants is not [{ ExpiresAt: not null }])
        {
            return GrantMissing;
        }

        if (row.SealedMetadata is null)
        {
            return new Refused(TokenizerRefusals.MetadataUnknown, "the token was made without metadata");
        }

        var dataKey = keys.Open(row, token);
        var metadata = TokenKeys.OpenMetadata(row.RowId, dataKey, row.SealedMetadata);
        CryptographicOperations.ZeroMemory(dataKey);
        return metadata;
    }

    public static Refused ForeignTo(ApplicationSettings application, TokenRecord row) =>
        new(TokenizerRefusals.ForeignToken, $"the token belongs to {row.Application}, and {application.Name} asked");

    private TokenRecord NewRow(UserCaller user, DataToken token, byte[]? metadata, long now)
    {
        var rowId = RandomNumberGenerator.GetBytes(16);
        var (dataKey, sealedKey) = keys.New(rowId, token);
        var box = metadata is null ? null : TokenKeys.SealMetadata(rowId, dataKey, metadata);
        CryptographicOperations.ZeroMemory(dataKey);
        return new TokenRecord(
            rowId, ring.LookupKeys.ForNew(token), sealedKey, realm.Value, user.Application.Name, user.Subject, box, Value: null, now);
    }

    private static long End(UserCaller user, long now, TimeSpan life) => Math.Min(now + (long)life.TotalMilliseconds, user.SessionEnd);

    private static ValueAddress AddressOf(UserCaller user, DataToken token, string ticket) =>
        new(token, user.Application.VaultOrigin + Tickets.PathPrefix + ticket);
}
