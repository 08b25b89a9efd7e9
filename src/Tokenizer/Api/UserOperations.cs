using System.Security.Cryptography;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Api;

/// <summary>What a user's session may do with tokens.</summary>
internal sealed class UserOperations(
    ITokenStore store, KeyRing ring, InlineTokens inline, TokenService tokens, LimitSettings limits, VaultEvents events, TimeProvider clock)
{
    // The same answer for a token that does not exist: whoever guesses learns nothing.
    private static readonly Refused GrantMissing = new(TokenizerRefusals.GrantMissing, "the session holds no grant for the token");
    private static readonly Refused NotOwner = new(TokenizerRefusals.NotOwner, "the token is another subject's, or does not exist");

    public IEnumerable<Operation<UserCaller>> All =>
    [
        new("/v1/tokens", AuditAction.Tokenize, ["value", "encoding", "metadata", "mask", "ttl"], CreateAsync) { IsRemembered = true },
        new("/v1/tokens/upload", AuditAction.Tokenize, ["metadata", "ttl"], UploadAsync) { IsRemembered = true },
        new("/v1/tokens/read", AuditAction.Download, ["token", "encoding"], ReadAsync),
        new("/v1/tokens/download", AuditAction.Detokenize, ["token"], DownloadAsync),
        new("/v1/tokens/describe", AuditAction.ReadMetadata, ["token"], DescribeAsync),
        new("/v1/tokens/delete", AuditAction.DeleteToken, ["token"], DeleteAsync) { IsRemembered = true },
    ];

    private async Task<Answer> CreateAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        var read = TokenDraft.Read(body);
        if (read is not Outcome<TokenDraft>.Ok({ } draft))
        {
            return ((Outcome<TokenDraft>.No)read).Refused;
        }

        var made = await inline.CreateAsync(new TokenHome(user.Application, user.Subject), draft, row => MakerOf(user, row), cancellation);
        if (made is not Outcome<(DataToken Token, TokenRecord Row)>.Ok(var (token, row)))
        {
            return ((Outcome<(DataToken, TokenRecord)>.No)made).Refused;
        }

        user.Audited.Token = token;
        await events.TokenizedAsync(user, cancellation);
        return TokenAnswers.Created(token, row, draft);
    }

    private async Task<Answer> UploadAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        var read = TokenDraft.ReadWithoutValue(body);
        if (read is not Outcome<TokenDraft>.Ok({ } draft))
        {
            return ((Outcome<TokenDraft>.No)read).Refused;
        }

        var made = await tokens.TokenizeAsync(user, draft.Metadata, draft.Life, cancellation);
        if (made is not Outcome<ValueAddress>.Ok({ } address))
        {
            return ((Outcome<ValueAddress>.No)made).Refused;
        }

        user.Audited.Token = address.Token;
        await events.TokenizedAsync(user, cancellation);
        return new Answer.Plain(StatusCodes.Status201Created, writer =>
        {
            writer.WriteString("token", address.Token.Text);
            writer.WriteString("upload_url", address.Url);
        });
    }

    private async Task<Answer> ReadAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenAnswers.TryToken(body, out var token))
        {
            return TokenAnswers.TokenMalformed;
        }

        user.Audited.Token = token;
        if (!TokenDraft.TryEncoding(body, out var encoding))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "encoding is neither text nor base64");
        }

        var (row, grant) = await FindAsync(user, token, cancellation);
        if (row is null || (grant is null && row.Application == user.Application.Name))
        {
            return GrantMissing;
        }

        if (row.Application != user.Application.Name)
        {
            return TokenService.ForeignTo(user.Application, row);
        }

        var read = await inline.ReadAsync(row, token, cancellation);
        if (read is not Outcome<byte[]>.Ok({ } value))
        {
            return ((Outcome<byte[]>.No)read).Refused;
        }

        var encoded = TokenAnswers.Encode(value, encoding);
        if (encoded is not Outcome<string>.Ok({ } written))
        {
            return ((Outcome<string>.No)encoded).Refused;
        }

        // Last of all, so that what cannot be given out uses up nothing.
        if (grant!.UsesLeft is not null && await UseAsync(user, row, cancellation) is { } refused)
        {
            return refused;
        }

        await events.ReleasingAsync(user.Audited, user.Application.Name, cancellation);
        return TokenAnswers.Value(written, encoding);
    }

    private async Task<Answer> DownloadAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenAnswers.TryToken(body, out var token))
        {
            return TokenAnswers.TokenMalformed;
        }

        user.Audited.Token = token;
        var opened = await tokens.DetokenizeAsync(user, token, cancellation);
        if (opened is not Outcome<ValueAddress>.Ok({ } address))
        {
            return ((Outcome<ValueAddress>.No)opened).Refused;
        }

        await events.DetokenizedAsync(user, cancellation);
        return new Answer.Plain(StatusCodes.Status200OK, writer => writer.WriteString("download_url", address.Url));
    }

    /// <summary>For whoever holds a grant, and for the owner, who sees the mask without one. Metadata needs one, as the value does.</summary>
    private async Task<Answer> DescribeAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenAnswers.TryToken(body, out var token))
        {
            return TokenAnswers.TokenMalformed;
        }

        user.Audited.Token = token;
        var (row, grant) = await FindAsync(user, token, cancellation);
        if (row is null)
        {
            return GrantMissing;
        }

        if (row.Application != user.Application.Name)
        {
            return TokenService.ForeignTo(user.Application, row);
        }

        if (grant is null && !IsOwner(user, row))
        {
            return GrantMissing;
        }

        var notes = inline.Notes(row, token);
        await events.DescribedAsync(user.Audited, user.Application.Name, cancellation);
        return new Answer.Plain(StatusCodes.Status200OK, writer =>
        {
            TokenAnswers.WriteDescription(writer, row, grant is null ? notes with { Metadata = null } : notes);
            if (grant is not null)
            {
                writer.WriteStartObject("grant");
                TokenAnswers.WriteTime(writer, "expires_at", grant.ExpiresAt);
                GrantAnswers.WriteUses(writer, grant.UsesLeft);
                writer.WriteEndObject();
            }
        });
    }

    private async Task<Answer> DeleteAsync(UserCaller user, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenAnswers.TryToken(body, out var token))
        {
            return TokenAnswers.TokenMalformed;
        }

        user.Audited.Token = token;
        if (await inline.FindAsync(token, cancellation) is not { } row)
        {
            return NotOwner;
        }

        if (row.Application != user.Application.Name)
        {
            return TokenService.ForeignTo(user.Application, row);
        }

        if (!IsOwner(user, row) || !await store.DeleteTokenAsync(row.RowId, cancellation))
        {
            return NotOwner;
        }

        await events.DeletedAsync(user.Audited, user.Application.Name, cancellation);
        return new Answer.Done();
    }

    /// <summary>The token, and the session's grant for it where that holds.</summary>
    private async Task<(TokenRecord? Row, GrantView? Grant)> FindAsync(UserCaller user, DataToken token, CancellationToken cancellation)
    {
        var now = clock.NowMilliseconds();
        var lookups = ring.LookupKeys.Of(token);
        var row = await store.FindTokenAsync(lookups, now, cancellation);
        var grants = row is null ? [] : await store.FindGrantsAsync(user.Session, lookups, now, cancellation);
        return (row, grants.FirstOrDefault(grant => grant.ExpiresAt is not null));
    }

    private async Task<Refused?> UseAsync(UserCaller user, TokenRecord row, CancellationToken cancellation) =>
        await store.UseGrantAsync(user.Session, row.RowId, clock.NowMilliseconds(), cancellation) switch
        {
            GrantUse.Used => null,
            GrantUse.SessionEnded => SessionRefusals.Of(SessionStanding.Ended),
            _ => GrantMissing,
        };

    private TokenMaker MakerOf(UserCaller user, TokenRecord row)
    {
        var end = Math.Min(row.CreatedAt + (long)limits.GrantDefault.TotalMilliseconds, Math.Min(user.SessionEnd, row.ExpiresAt ?? long.MaxValue));
        return new TokenMaker(user.ToRecord(), new GrantRecord(user.Session, row.RowId, end));
    }

    private static bool IsOwner(UserCaller user, TokenRecord row) => CryptographicOperations.FixedTimeEquals(row.Owner.Hash, user.Subject.Hash);
}
