using System.Text.Json;
using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>
/// <c>POST /v1/sessions/end</c>: the owner of a session says that it is over: a proxy, whether gateway or sidecar, of its realm's, and an
/// application of its own. Saying so again changes nothing.
/// </summary>
internal sealed class SessionEndEndpoint(SessionService sessions, SessionNames names, ServiceDoor door, VaultEvents events)
{
    private const TrustRoles Owners = TrustRoles.Gateway | TrustRoles.Sidecar | TrustRoles.Application;

    public IEnumerable<VaultRoute> Routes => [new("POST", "/v1/sessions/end", door.Json(Owners, EndAsync)) { Action = AuditAction.EndSession }];

    private async Task<Answer> EndAsync(ServiceCaller caller, JsonBody body, CancellationToken cancellation)
    {
        var isApplication = caller.Roles == TrustRoles.Application;
        var login = isApplication ? caller.Applications.Values.Single().Login : null;
        if (isApplication && login is null)
        {
            return new Refused(TokenizerRefusals.CallerNotAllowed, $"trust entry {caller.Name} is an application's, whose sessions a proxy owns");
        }

        if (!body.TryText("sid", out var sid) || !StatedSession.IsId(sid) || !TryUntil(body, isRequired: !isApplication, out var until))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "sid or until is missing or malformed");
        }

        var named = login is null ? new NamedSession(names.OfRealm(sid!), null) : names.OfApplication(caller.Applications.Values.Single(), login, sid!, body);
        if (named is not Outcome<NamedSession>.Ok(var session))
        {
            return ((Outcome<NamedSession>.No)named).Refused;
        }

        caller.Audited.Session = session.Session;
        await sessions.EndAsync(session.Session, until, cancellation);
        await events.SessionEndedAsync(caller, cancellation);
        return new Answer.Plain(StatusCodes.Status200OK, writer => writer.WriteBoolean("ended", true));
    }

    // An application need not know how long a session would have lived here: we do.
    private static bool TryUntil(JsonBody body, bool isRequired, out long milliseconds)
    {
        milliseconds = 0;
        return body.TryMember("until", JsonValueKind.Number, out var until)
            ? until.TryGetInt64(out var seconds) && StatedSession.TryMilliseconds(seconds, out milliseconds)
            : !isRequired && !body.Has("until");
    }
}
