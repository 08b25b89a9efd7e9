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

/// <summary>
/// What services do with tokens without a user's session: by a policy that they name. A backend may look at its own tokens without one, to show
/// masks; it sees no metadata.
/// </summary>
internal sealed class ServiceTokenOperations(ITokenStore store, LookupKeys keys, InlineTokens inline, ServicePolicies policies, VaultEvents events)
{
    public IEnumerable<Operation<ServiceCaller>> All =>
    [
        ServiceOperation.For(
            "/v1/tokens", AuditAction.Tokenize, TrustRoles.Service,
            ["policy", "record", "owner", "value", "encoding", "metadata", "mask", "ttl"], CreateAsync) with { IsRemembered = true },
        ServiceOperation.For("/v1/tokens/read", AuditAction.Download, TrustRoles.Service, ["policy", "record", "token", "encoding"], ReadAsync),
        ServiceOperation.For(
            "/v1/tokens/describe", AuditAction.ReadMetadata, TrustRoles.Service | TrustRoles.Application, ["policy", "record", "token"], DescribeAsync),
        ServiceOperation.For("/v1/tokens/delete", AuditAction.DeleteToken, TrustRoles.Service, ["policy", "record", "token"], DeleteAsync) with { IsRemembered = true },
    ];

    private async Task<Answer> CreateAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        var read = TokenDraft.Read(body);
        if (read is not Outcome<TokenDraft>.Ok({ } draft))
        {
            return ((Outcome<TokenDraft>.No)read).Refused;
        }

        if (!TryOwner(caller, body, out var owner))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "owner is no object of sub and sub_iss");
        }

        var admitted = await policies.AdmitAsync(caller, application, body, PolicyOperations.Create, cancellation);
        if (admitted is not Outcome<PolicyPass>.Ok({ } pass))
        {
            return ((Outcome<PolicyPass>.No)admitted).Refused;
        }

        var made = await inline.CreateAsync(new TokenHome(application, owner, pass.Record), draft, makerOf: null, cancellation);
        if (made is not Outcome<(DataToken Token, TokenRecord Row)>.Ok(var (token, row)))
        {
            return ((Outcome<(DataToken, TokenRecord)>.No)made).Refused;
        }

        caller.Audited.Token = token;
        await events.TokenizedAsync(caller.Audited, application.Name, cancellation);
        return TokenAnswers.Created(token, row, draft);
    }

    private async Task<Answer> ReadAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        if (!TokenDraft.TryEncoding(body, out var encoding))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "encoding is neither text nor base64");
        }

        var found = await FindAsync(caller, application, body, PolicyOperations.Read, cancellation);
        if (found is not Outcome<(DataToken Token, TokenRecord Row)>.Ok(var (token, row)))
        {
            return ((Outcome<(DataToken, TokenRecord)>.No)found).Refused;
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

        await events.ReleasingAsync(caller.Audited, application.Name, cancellation);
        return TokenAnswers.Value(written, encoding);
    }

    private async Task<Answer> DescribeAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        var byPolicy = body.Has("policy");
        if (!byPolicy && (!caller.Roles.HasFlag(TrustRoles.Application) || application.GrantApi == GrantApi.Off || body.Has("record")))
        {
            return new Refused(TokenizerRefusals.GrantApiOff, $"grant_api of {application.Name} is off, the caller is no backend of its, or a record is named without a policy");
        }

        var found = byPolicy
            ? await FindAsync(caller, application, body, PolicyOperations.Describe, cancellation)
            : await FindAsync(caller, application, body, record: null, cancellation);
        if (found is not Outcome<(DataToken Token, TokenRecord Row)>.Ok(var (token, row)))
        {
            return ((Outcome<(DataToken, TokenRecord)>.No)found).Refused;
        }

        var notes = inline.Notes(row, token);
        await events.DescribedAsync(caller.Audited, application.Name, cancellation);
        return new Answer.Plain(StatusCodes.Status200OK, writer => TokenAnswers.WriteDescription(writer, row, byPolicy ? notes : notes with { Metadata = null }));
    }

    private async Task<Answer> DeleteAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        var found = await FindAsync(caller, application, body, PolicyOperations.Delete, cancellation);
        if (found is not Outcome<(DataToken Token, TokenRecord Row)>.Ok(var (_, row)))
        {
            return ((Outcome<(DataToken, TokenRecord)>.No)found).Refused;
        }

        if (!await store.DeleteTokenAsync(row.RowId, cancellation))
        {
            return new Refused(TokenizerRefusals.TokenUnknown, "the token was deleted meanwhile");
        }

        await events.DeletedAsync(caller.Audited, application.Name, cancellation);
        return new Answer.Done();
    }

    private async Task<Outcome<(DataToken Token, TokenRecord Row)>> FindAsync(
        ServiceCaller caller, ApplicationSettings application, JsonBody body, PolicyOperations operation, CancellationToken cancellation) =>
        await policies.AdmitAsync(caller, application, body, operation, cancellation) switch
        {
            Outcome<PolicyPass>.Ok({ } pass) => await FindAsync(caller, application, body, pass.Record, cancellation),
            Outcome<PolicyPass>.No(var refused) => refused,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private async Task<Outcome<(DataToken Token, TokenRecord Row)>> FindAsync(
        ServiceCaller caller, ApplicationSettings application, JsonBody body, KeyedHash? record, CancellationToken cancellation)
    {
        if (!TokenAnswers.TryToken(body, out var token))
        {
            return TokenAnswers.TokenMalformed;
        }

        caller.Audited.Token = token;
        if (await inline.FindAsync(token, cancellation) is not { } row)
        {
            return new Refused(TokenizerRefusals.TokenUnknown, "there is no such token, or its time is over");
        }

        if (row.Application != application.Name)
        {
            return TokenService.ForeignTo(application, row);
        }

        return record is null || (row.Record is { } known && CryptographicOperations.FixedTimeEquals(known.Hash, record.Hash))
            ? (token, row)
            : new Refused(TokenizerRefusals.RecordMismatch, "the token belongs to another record than was named, or to none");
    }

    // Who brings other people's values says whose they are; what it says nothing about is nobody's, and no session gets it as its owner.
    private bool TryOwner(ServiceCaller caller, JsonBody body, out KeyedHash owner)
    {
        owner = keys.OfSubject("service:" + caller.Name, "");
        if (!body.Has("owner"))
        {
            return true;
        }

        if (!body.TryObject("owner", out var named) || !named.HasOnly(["sub", "sub_iss"])
            || !named.TryText("sub", out var subject) || !StatedSession.IsId(subject) || !named.TryText("sub_iss", out var issuer) || !StatedSession.IsId(issuer))
        {
            return false;
        }

        owner = keys.OfSubject(issuer!, subject!);
        return true;
    }
}
