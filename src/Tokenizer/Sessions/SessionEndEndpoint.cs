using System.Text.Json;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>
/// <c>POST /v1/sessions/end</c>: a proxy, whether gateway or sidecar, says that a session of its realm is over. Saying so again changes nothing.
/// </summary>
internal sealed class SessionEndEndpoint(SessionService sessions, ServiceDoor door, VaultEvents events)
{
    public IEnumerable<VaultRoute> Routes => [new("POST", "/v1/sessions/end", door.Json(TrustRoles.Gateway | TrustRoles.Sidecar, EndAsync))];

    private async Task<Answer> EndAsync(ServiceCaller caller, JsonBody body, CancellationToken cancellation)
    {
        if (!body.TryText("sid", out var sid) || !StatedSession.IsId(sid)
            || !body.TryMember("until", JsonValueKind.Number, out var until)
            || !until.TryGetInt64(out var seconds) || !StatedSession.TryMilliseconds(seconds, out var milliseconds))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "sid or until is missing or malformed");
        }

        await sessions.EndAsync(sid!, milliseconds, cancellation);
        events.SessionEnded(caller);
        return Answer.Empty;
    }
}
