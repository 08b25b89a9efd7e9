using System.Diagnostics;
using System.Security.Cryptography;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Values;

/// <summary>Moves values in and out for whoever brings a ticket in the session that it was made for.</summary>
internal sealed class ValueService(
    ITokenStore store, KeyRing ring, TokenKeys keys, Tickets tickets, ValueWriter writer, LimitSettings limits, TimeProvider clock)
{
    private static readonly Refused TicketInvalid =
        new(TokenizerRefusals.TicketInvalid, "the ticket was never issued, is used up or expired, or is for another session or method");

    /// <summary>Keeps the stream as the token's value.</summary>
    public async Task<Refused?> UploadAsync(UserCaller user, string ticket, Stream value, CancellationToken cancellation)
    {
        var redeemed = await RedeemAsync(user, ticket, TicketUse.Upload, cancellation);
        if (redeemed is not Outcome<RedeemedToken>.Ok({ } token))
        {
            return ((Outcome<RedeemedToken>.No)redeemed).Refused;
        }

        using (token)
        {
            return await writer.WriteAsync(value, limits.ValueSize, token.Token, token.Row.RowId, token.DataKey, cancellation) switch
            {
                WriteResult.Stored => null,
                WriteResult.TooLarge => new Refused(TokenizerRefusals.ValueTooLarge, $"the value is larger than {limits.ValueSize} bytes"),
                WriteResult.AlreadyThere => new Refused(TokenizerRefusals.ValueExists, "the token has a value already"),
                _ => throw new UnreachableException(),
            };
        }
    }

    /// <summary>Opens the token's value for reading.</summary>
    public async Task<Outcome<ValueReader>> DownloadAsync(UserCaller user, string ticket, CancellationToken cancellation)
    {
        var redeemed = await RedeemAsync(user, ticket, TicketUse.Download, cancellation);
        if (redeemed is not Outcome<RedeemedToken>.Ok({ } token))
        {
            return ((Outcome<RedeemedToken>.No)redeemed).Refused;
        }

        using (token)
        {
            return token.Row.Value is { } value
                ? new ValueReader(store, value, token.Token, token.DataKey)
                : new Refused(TokenizerRefusals.ValueMissing, "the token was made, and its value never arrived");
        }
    }

    private async Task<Outcome<RedeemedToken>> RedeemAsync(UserCaller user, string ticket, TicketUse use, CancellationToken cancellation)
    {
        if (Tickets.HashOf(ticket) is not { } hash)
        {
            return TicketInvalid;
        }

        return await store.RedeemAsync(hash, user.Session, use, clock.NowMilliseconds(), cancellation) switch
        {
            TicketOutcome.Redeemed(var record) => await OpenAsync(user, ticket, record, cancellation),
            TicketOutcome.SessionEnded => SessionRefusals.Of(SessionStanding.Ended),
            TicketOutcome.GrantMissing => new Refused(TokenizerRefusals.GrantMissing, "the grant ended after the ticket was made"),
            TicketOutcome.Invalid => TicketInvalid,
            _ => throw new UnreachableException(),
        };
    }

    private async Task<Outcome<RedeemedToken>> OpenAsync(UserCaller user, string ticket, TicketRecord record, CancellationToken cancellation)
    {
        if (tickets.TokenOf(ticket, record) is not { } token)
        {
            throw new DamagedRowException("a ticket does not lead to its token");
        }

        user.Audited.Token = token;
        if (await store.FindTokenAsync(ring.LookupKeys.Of(token), clock.NowMilliseconds(), cancellation) is not { } row)
        {
            return new Refused(TokenizerRefusals.TicketInvalid, "the token was deleted, or its time was over, after the ticket was made");
        }

        if (!row.RowId.AsSpan().SequenceEqual(record.TokenRowId))
        {
            throw new DamagedRowException("a ticket leads to another token than it was made for");
        }

        // A session may use several applications of the realm; a ticket is good on the vault of its token's only.
        return row.Application == user.Application.Name ? new RedeemedToken(row, token, keys.Open(row, token)) : TicketInvalid;
    }

    private sealed record RedeemedToken(TokenRecord Row, DataToken Token, byte[] DataKey) : IDisposable
    {
        public void Dispose() => CryptographicOperations.ZeroMemory(DataKey);
    }
}
