using System.Buffers.Text;
using System.Text.Json;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Grants;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Api;

/// <summary>What proxies and backends do with grants. A backend may as much as its application's grant_api and grant_if say.</summary>
internal sealed class GrantOperations(GrantService grants, GrantLists lists, SessionService sessions, SessionReader reader, VaultEvents events)
{
    private const TrustRoles Callers = TrustRoles.Sidecar | TrustRoles.Application;

    private static readonly Refused TokensMalformed = new(TokenizerRefusals.BodyInvalid, "tokens is missing, empty or no array");

    public IEnumerable<Operation<ServiceCaller>> All =>
    [
        ServiceOperation.For("/v1/grants", AuditAction.SetGrant, Callers, ["session", "token", "ttl", "uses", "if", "record"], SetAsync) with { IsRemembered = true },
        ServiceOperation.For("/v1/grants/verify", AuditAction.CheckGrant, Callers, ["session", "tokens"], VerifyAsync),
        ServiceOperation.For("/v1/grants/list", AuditAction.ListGrants, Callers, ["session", "token", "after"], ListAsync),
        ServiceOperation.For("/v1/grants/revoke", AuditAction.RevokeGrants, Callers, ["session", "token", "all"], RevokeAsync) with { IsRemembered = true },
    ];

    /// <summary>At most so many tokens, each whatever stands there.</summary>
    public static Outcome<DataToken?[]> TokensOf(JsonBody body)
    {
        if (!body.TryMember("tokens", JsonValueKind.Array, out var array) || array.GetArrayLength() == 0)
        {
            return TokensMalformed;
        }

        return array.GetArrayLength() > GrantService.LargestBatch
            ? new Refused(TokenizerRefusals.BatchTooLarge, $"the batch holds {array.GetArrayLength()} tokens")
            : array.EnumerateArray().Select(TokenOf).ToArray();
    }

    private async Task<Answer> SetAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        if (RefusedBelow(GrantApi.Full, caller, application) is { } off)
        {
            return off;
        }

        if (!TokenAnswers.TryToken(body, out var token))
        {
            return TokenAnswers.TokenMalformed;
        }

        caller.Audited.Token = token;
        if (!body.TryText("ttl", out var ttl) || !body.TryCount("uses", out var uses) || !body.TryText("record", out var record)
            || (record is not null && !StatedSession.IsId(record)) || !TryCondition(body, caller, application, out var condition))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "ttl, uses, if or record is malformed");
        }

        if (!Allows(caller, application, condition))
        {
            return new Refused(TokenizerRefusals.CallerNotAllowed, $"grant_if of {application.Name} is {application.GrantIf}, and {condition} was asked for");
        }

        var read = await reader.ReadAsync(caller, application, body, cancellation);
        if (read is not Outcome<NamedSession>.Ok({ } session))
        {
            return ((Outcome<NamedSession>.No)read).Refused;
        }

        var set = await grants.SetAsync(application, new GrantWish(session, token, condition) { Duration = ttl, Uses = uses, Record = record }, cancellation);
        if (set is not Outcome<GrantRecord>.Ok({ } grant))
        {
            return ((Outcome<GrantRecord>.No)set).Refused;
        }

        await events.GrantSetAsync(caller, application.Name, cancellation);
        return new Answer.Plain(StatusCodes.Status201Created, writer =>
        {
            TokenAnswers.WriteTime(writer, "expires_at", grant.ExpiresAt);
            GrantAnswers.WriteUses(writer, grant.UsesLeft);
        });
    }

    private async Task<Answer> VerifyAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        if (RefusedBelow(GrantApi.Verify, caller, application) is { } off)
        {
            return off;
        }

        var listed = TokensOf(body);
        if (listed is not Outcome<DataToken?[]>.Ok({ } tokens))
        {
            return ((Outcome<DataToken?[]>.No)listed).Refused;
        }

        var read = await reader.ReadAsync(caller, application, body, cancellation);
        if (read is not Outcome<NamedSession>.Ok({ } session))
        {
            return ((Outcome<NamedSession>.No)read).Refused;
        }

        var standing = session.Stated is null ? SessionStanding.Alive : await sessions.NoteAsync(session.Stated, cancellation);
        var answers = standing == SessionStanding.Alive
            ? await grants.CheckAsync(application, session.Session, tokens, cancellation)
            : [.. tokens.Select(_ => new GrantAnswer(null, SessionRefusals.Of(standing).Refusal.Reason))];
        await events.GrantsCheckedAsync(caller, application.Name, tokens, answers, cancellation);
        return new Answer.Plain(StatusCodes.Status200OK, writer => GrantAnswers.Write(writer, answers));
    }

    private async Task<Answer> ListAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        if (!TryPlace(body, out var after))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "after is no place in a list");
        }

        var selected = await SelectAsync(caller, application, body, cancellation);
        if (selected is not Outcome<GrantSelection>.Ok({ } selection))
        {
            return ((Outcome<GrantSelection>.No)selected).Refused;
        }

        var page = await lists.ListAsync(selection, after, cancellation);
        await events.GrantsListedAsync(caller.Audited, cancellation);
        return new Answer.Plain(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray("grants");
            foreach (var grant in page)
            {
                GrantAnswers.Write(writer, grant);
            }

            writer.WriteEndArray();
            if (page.Count == GrantLists.LargestPage)
            {
                writer.WriteString("next", Base64Url.EncodeToString([.. page[^1].Session, .. page[^1].TokenRowId]));
            }
        });
    }

    private async Task<Answer> RevokeAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        // What is left out by mistake must not take back everything.
        if (body.TryMember("all", JsonValueKind.True, out _) == (body.Has("session") || body.Has("token")))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "neither session, nor token, nor all is given, or all beside one of them");
        }

        var selected = await SelectAsync(caller, application, body, cancellation);
        if (selected is not Outcome<GrantSelection>.Ok({ } selection))
        {
            return ((Outcome<GrantSelection>.No)selected).Refused;
        }

        var revoked = await lists.RevokeAsync(selection, cancellation);
        await events.GrantsRevokedAsync(caller.Audited, application.Name, revoked, cancellation);
        return new Answer.Plain(StatusCodes.Status200OK, writer => writer.WriteNumber("revoked", revoked));
    }

    private async Task<Outcome<GrantSelection>> SelectAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        if (RefusedBelow(GrantApi.Full, caller, application) is { } off)
        {
            return off;
        }

        DataToken? token = null;
        if (body.Has("token") && !TokenAnswers.TryToken(body, out token))
        {
            return TokenAnswers.TokenMalformed;
        }

        caller.Audited.Token = token;
        if (!body.Has("session"))
        {
            return await lists.SelectAsync(application, null, token, cancellation);
        }

        return await reader.ReadAsync(caller, application, body, cancellation) switch
        {
            Outcome<NamedSession>.Ok(var session) => await lists.SelectAsync(application, session.Session, token, cancellation),
            Outcome<NamedSession>.No(var refused) => refused,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Refused? RefusedBelow(GrantApi needed, ServiceCaller caller, ApplicationSettings application) =>
        caller.Roles.HasFlag(TrustRoles.Sidecar) || application.GrantApi >= needed
            ? null
            : new Refused(TokenizerRefusals.GrantApiOff, $"grant_api of {application.Name} is {application.GrantApi}");

    // A rule of the proxy says under which condition it grants; a backend may ask for as much as its application is allowed.
    private static bool TryCondition(JsonBody body, ServiceCaller caller, ApplicationSettings application, out GrantIf condition)
    {
        condition = caller.Roles.HasFlag(TrustRoles.Sidecar) ? GrantIf.Owner : application.GrantIf;
        if (!body.TryText("if", out var text))
        {
            return false;
        }

        (condition, var isKnown) = text switch
        {
            null => (condition, true),
            "owner" => (GrantIf.Owner, true),
            "bound" => (GrantIf.Bound, true),
            "any" => (GrantIf.Any, true),
            _ => (condition, false),
        };
        return isKnown;
    }

    private static bool Allows(ServiceCaller caller, ApplicationSettings application, GrantIf condition) =>
        caller.Roles.HasFlag(TrustRoles.Sidecar) || condition <= application.GrantIf;

    private static bool TryPlace(JsonBody body, out GrantPlace place)
    {
        place = GrantPlace.Start;
        if (!body.TryText("after", out var text))
        {
            return false;
        }

        if (text is null)
        {
            return true;
        }

        const int session = 32;
        const int token = 16;
        var bytes = new byte[session + token];
        if (!Base64Url.IsValid(text, out var size) || size != bytes.Length || !Base64Url.TryDecodeFromChars(text, bytes, out _))
        {
            return false;
        }

        place = new GrantPlace(bytes[..session], bytes[session..]);
        return true;
    }

    private static DataToken? TokenOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && JsonBody.TryText(element, out var text) && DataToken.TryParse(text, out var token) ? token : null;
}
