using System.Security.Cryptography;
using System.Text;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Values;

namespace AuthProxy.Tokenizer.Tokens;

/// <summary>Whose a new token is.</summary>
/// <param name="Record">The record that it belongs to; null where that is not known yet.</param>
internal sealed record TokenHome(ApplicationSettings Application, KeyedHash Owner, KeyedHash? Record = null);

/// <summary>Makes tokens together with small values, and opens what lies behind a token. Who may is not asked here.</summary>
internal sealed class InlineTokens(ITokenStore store, KeyRing ring, TokenKeys keys, RealmName realm, TimeProvider clock)
{
    /// <param name="makerOf">The session that makes it, with its grant on the row; null where a service makes it.</param>
    public async Task<Outcome<(DataToken Token, TokenRecord Row)>> CreateAsync(
        TokenHome home, TokenDraft draft, Func<TokenRecord, TokenMaker>? makerOf, CancellationToken cancellation)
    {
        var now = clock.NowMilliseconds();
        var token = DataToken.New();
        var rowId = RandomNumberGenerator.GetBytes(16);
        var (dataKey, sealedKey) = keys.New(rowId, token);
        try
        {
            var (value, segment) = Seal(token, dataKey, draft.Value!);
            var row = new TokenRecord(
                rowId, ring.LookupKeys.ForNew(token), sealedKey, realm.Value, home.Application.Name, home.Owner,
                draft.Metadata is { } metadata ? TokenKeys.SealMetadata(rowId, dataKey, metadata) : null, value, now)
            {
                Record = home.Record,
                SealedMask = draft.Mask is { } mask ? TokenKeys.SealMask(rowId, dataKey, mask) : null,
                ExpiresAt = now + (long?)draft.Life?.TotalMilliseconds,
            };
            var standing = await store.AddWholeTokenAsync(new WholeToken(row, [segment], makerOf?.Invoke(row)), now, cancellation);
            return standing == SessionStanding.Alive ? (token, row) : Sessions.SessionRefusals.Of(standing);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
            CryptographicOperations.ZeroMemory(draft.Value);
        }
    }

    public ValueTask<TokenRecord?> FindAsync(DataToken token, CancellationToken cancellation) =>
        store.FindTokenAsync(ring.LookupKeys.Of(token), clock.NowMilliseconds(), cancellation);

    /// <summary>The value as a whole, where it is small enough for that.</summary>
    public async Task<Outcome<byte[]>> ReadAsync(TokenRecord row, DataToken token, CancellationToken cancellation)
    {
        if (row.Value is not { } stored)
        {
            return new Refused(TokenizerRefusals.ValueMissing, "the token was made, and its value never arrived");
        }

        if (stored.Size > TokenDraft.LargestInline)
        {
            return new Refused(TokenizerRefusals.ValueNotInline, $"the value is larger than {TokenDraft.LargestInline} bytes");
        }

        var dataKey = keys.Open(row, token);
        try
        {
            using var reader = new ValueReader(store, stored, token, dataKey);
            var value = new byte[stored.Size];
            var read = 0;
            for (var part = await reader.ReadAsync(cancellation); part.Length > 0; part = await reader.ReadAsync(cancellation))
            {
                part.CopyTo(value.AsMemory(read));
                read += part.Length;
            }

            return value;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>What may be shown of the value without a grant, and what was written beside it.</summary>
    public TokenNotes Notes(TokenRecord row, DataToken token)
    {
        var dataKey = keys.Open(row, token);
        try
        {
            return new TokenNotes(
                row.SealedMask is { } mask ? Encoding.UTF8.GetString(TokenKeys.OpenMask(row.RowId, dataKey, mask)) : null,
                row.SealedMetadata is { } metadata ? TokenKeys.OpenMetadata(row.RowId, dataKey, metadata) : null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    private static (StoredValue Stored, byte[] Segment) Seal(DataToken token, byte[] dataKey, byte[] value)
    {
        var attempt = SegmentCipher.NewAttempt();
        var segment = new byte[value.Length + SegmentCipher.Overhead];
        using var cipher = new SegmentCipher(dataKey, token, attempt);
        cipher.Seal(0, last: true, value, segment);
        return (new StoredValue(attempt, 1, value.Length), segment);
    }
}

/// <param name="Metadata">A JSON object.</param>
internal sealed record TokenNotes(string? Mask, byte[]? Metadata);
