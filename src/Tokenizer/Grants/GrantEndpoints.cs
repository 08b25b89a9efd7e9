using System.Diagnostics;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Grants;

/// <summary><c>POST /grant/set</c> and <c>/grant/verify</c>: LunaDefend's grant API, for an application's backend and as far as its policy goes.</summary>
internal sealed class GrantEndpoints(GrantService grants, SessionNames names, ServiceCallers callers, ServiceDoor door, VaultEvents events)
{
    private static readonly Refused BodyInvalid = new(TokenizerRefusals.BodyInvalid, "sessionId, customDuration, record or assertion is missing or malformed");
    private static readonly Refused TokenMalformed = new(TokenizerRefusals.TokenMalformed, "tokenId is missing or no token");

    public IEnumerable<VaultRoute> Routes =>
    [
        new("POST", "/grant/set", door.Json(TrustRoles.Application, SetAsync)) { Action = AuditAction.SetGrant },
        new("POST", "/grant/verify", door.Json(TrustRoles.Application, VerifyAsync)) { Action = AuditAction.CheckGrant },
    ];

    private async Task<Answer> SetAsync(ServiceCaller caller, JsonBody body, CancellationToken cancellation)
    {
        var application = ApplicationOf(caller);
        if (application.GrantApi != GrantApi.Full)
        {
            return new Refused(TokenizerRefusals.GrantApiOff, $"grant_api of {application.Name} is {application.GrantApi}");
        }

        if (!TrySession(body, out var sid) || !body.TryText("customDuration", out var duration) || !TryRecord(body, out var record))
        {
            return BodyInvalid;
        }

        if (!TryToken(body, out var token))
        {
            return TokenMalformed;
        }

        caller.Audited.Token = token;
        var named = application.Login is { } login ? names.OfApplication(application, login, sid, body) : await ProveAsync(application, sid, body, cancellation);
        if (named is not Outcome<NamedSession>.Ok({ } session))
        {
            return ((Outcome<NamedSession>.No)named).Refused;
        }

        caller.Audited.Session = session.Session;
        var wish = new GrantWish(session, token, application.GrantIf) { Duration = duration, Record = record };
        if (await grants.SetAsync(application, wish, cancellation) is Outcome<GrantRecord>.No(var refused))
        {
            return refused;
        }

        await events.GrantSetAsync(caller, application.Name, cancellation);
        return Answer.Empty;
    }

    private async Task<Answer> VerifyAsync(ServiceCaller caller, JsonBody body, CancellationToken cancellation)
    {
        var application = ApplicationOf(caller);
        if (application.GrantApi == GrantApi.Off)
        {
            return new Refused(TokenizerRefusals.GrantApiOff, $"grant_api of {application.Name} is off");
        }

        if (!TrySession(body, out var sid))
        {
            return BodyInvalid;
        }

        if (!TryToken(body, out var token))
        {
            return TokenMalformed;
        }

        var named = application.Login is { } login ? names.OfApplication(application, login, sid, body) : new NamedSession(names.OfRealm(sid), null);
        if (named is not Outcome<NamedSession>.Ok({ } session))
        {
            return ((Outcome<NamedSession>.No)named).Refused;
        }

        (caller.Audited.Session, caller.Audited.Token) = (session.Session, token);
        var answer = (await grants.CheckAsync(application, session.Session, [token], cancellation))[0];
        if (answer.Reason == TokenizerRefusals.ForeignToken.Reason)
        {
            return new Refused(TokenizerRefusals.ForeignToken, $"the token is another application's than {application.Name}");
        }

        await events.GrantsCheckedAsync(caller, application.Name, [token], [answer], cancellation);
        return new Answer.Data(writer => writer.WriteBoolean("valid", answer.IsValid));
    }

    /// <summary>A session of the realm, with the proxy's word for it where the application hands that on.</summary>
    private async ValueTask<Outcome<NamedSession>> ProveAsync(ApplicationSettings application, string sid, JsonBody body, CancellationToken cancellation)
    {
        if (!body.TryText("assertion", out var assertion))
        {
            return BodyInvalid;
        }

        if (assertion is null)
        {
            return new NamedSession(names.OfRealm(sid), null);
        }

        return await callers.ProveSessionAsync(assertion, application, cancellation) switch
        {
            Outcome<StatedSession>.Ok(var session) when session.Sid == sid => names.OfRealm(session),
            Outcome<StatedSession>.Ok => new Refused(TokenizerRefusals.SessionMismatch, "the assertion is of another session than sessionId names"),
            Outcome<StatedSession>.No(var refused) => refused,
            _ => throw new UnreachableException(),
        };
    }

    // The configuration holds an entry with this role to exactly one application.
    private static ApplicationSettings ApplicationOf(ServiceCaller caller) => caller.Applications.Values.Single();

    private static bool TrySession(JsonBody body, out string sid)
    {
        var isId = body.TryText("sessionId", out var text) && StatedSession.IsId(text);
        sid = text ?? "";
        return isId;
    }

    // LunaDefend's clients know no records; where grants are for those only, a backend names it beside what they send.
    private static bool TryRecord(JsonBody body, out string? record) => body.TryText("record", out record) && (record is null || StatedSession.IsId(record));

    private static bool TryToken(JsonBody body, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DataToken? token)
    {
        token = null;
        return body.TryText("tokenId", out var text) && DataToken.TryParse(text, out token);
    }
}
