using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>
/// <c>POST /v1/sessions/adopt</c>: a proxy says that the guest of one session has logged in and is the subject of another one. Tokens and
/// grants of the proxy's own applications pass over, and the guest's session ends. Saying so again changes nothing.
/// </summary>
internal sealed class SessionAdoptionEndpoint(SessionService sessions, SessionNames names, TrustEntries trust, ServiceDoor door, VaultEvents events)
{
    /// <summary>What our proxies call their guests.</summary>
    private const string GuestPrefix = "guest-";

    public IEnumerable<VaultRoute> Routes => [new("POST", "/v1/sessions/adopt", door.Json(TrustRoles.Gateway | TrustRoles.Sidecar, AdoptAsync)) { Action = AuditAction.AdoptSession }];

    private async Task<Answer> AdoptAsync(ServiceCaller caller, JsonBody body, CancellationToken cancellation)
    {
        if (!StatedSession.TryRead(body, "guest", out var guest) || !StatedSession.TryRead(body, "session", out var session))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "guest or session is missing or malformed");
        }

        var audited = caller.Audited;
        (audited.Session, audited.Issuer, audited.Subject) = (names.OfRealm(session.Sid), session.Issuer, session.Subject);

        // What a provider's subject owns never passes to another one, whoever asks for it.
        if (!IsGuest(guest) || IsGuest(session))
        {
            return new Refused(TokenizerRefusals.GuestRequired, $"trust entry {caller.Name} asked for the adoption of somebody who is no guest, or by a guest");
        }

        switch (await sessions.AdoptAsync(guest, session, [.. caller.Applications.Keys], cancellation))
        {
            case AdoptionOutcome.Adopted(var grants, var tokens):
                await events.SessionAdoptedAsync(caller, names.OfRealm(guest.Sid), grants, tokens, cancellation);
                return new Answer.Plain(StatusCodes.Status200OK, writer => writer.WriteBoolean("adopted", true));
            case AdoptionOutcome.NothingLeft:
                return new Answer.Plain(StatusCodes.Status200OK, writer => writer.WriteBoolean("adopted", false));
            case AdoptionOutcome.Refused(var standing):
                return SessionRefusals.Of(standing);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private bool IsGuest(StatedSession session) => session.Subject.StartsWith(GuestPrefix, StringComparison.Ordinal) && trust.IsProxy(session.Issuer);
}
