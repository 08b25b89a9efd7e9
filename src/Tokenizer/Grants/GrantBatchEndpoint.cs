using System.Text.Json;
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

/// <summary><c>POST /v1/grants/verify</c>: a proxy asks, before it forwards a request, whether its session may use the tokens in it.</summary>
internal sealed class GrantBatchEndpoint(GrantService grants, SessionService sessions, SessionNames names, ServiceDoor door, VaultEvents events)
{
    private static readonly Refused BodyInvalid = new(TokenizerRefusals.BodyInvalid, "application, session or tokenIds is missing or malformed");

    public IEnumerable<VaultRoute> Routes => [new("POST", "/v1/grants/verify", door.Json(TrustRoles.Sidecar, VerifyAsync)) { Action = AuditAction.CheckGrant }];

    private async Task<Answer> VerifyAsync(ServiceCaller caller, JsonBody body, CancellationToken cancellation)
    {
        if (!body.TryText("application", out var name) || name is null
            || !StatedSession.TryRead(body, "session", out var session)
            || !body.TryMember("tokenIds", JsonValueKind.Array, out var ids) || ids.GetArrayLength() == 0)
        {
            return BodyInvalid;
        }

        if (ids.GetArrayLength() > GrantService.LargestBatch)
        {
            return new Refused(TokenizerRefusals.BatchTooLarge, $"the batch holds {ids.GetArrayLength()} tokens");
        }

        if (!caller.Applications.TryGetValue(name, out var application))
        {
            return new Refused(TokenizerRefusals.CallerNotAllowed, $"trust entry {caller.Name} asked about an application that is not its");
        }

        var audited = caller.Audited;
        (audited.Application, audited.Session, audited.Issuer, audited.Subject) = (application.Name, names.OfRealm(session.Sid), session.Issuer, session.Subject);
        DataToken?[] tokens = [.. ids.EnumerateArray().Select(TokenOf)];
        var answers = await CheckAsync(application, session, tokens, cancellation);
        await events.GrantsCheckedAsync(caller, application.Name, tokens, answers, cancellation);
        return new Answer.Data(writer => Write(writer, answers));
    }

    private async Task<IReadOnlyList<GrantAnswer>> CheckAsync(
        ApplicationSettings application, StatedSession session, IReadOnlyList<DataToken?> tokens, CancellationToken cancellation)
    {
        var standing = await sessions.NoteAsync(session, cancellation);
        if (standing == SessionStanding.Alive)
        {
            return await grants.CheckAsync(application, names.OfRealm(session.Sid), tokens, cancellation);
        }

        var refused = new GrantAnswer(null, SessionRefusals.Of(standing).Refusal.Reason);
        return [.. tokens.Select(_ => refused)];
    }

    private static DataToken? TokenOf(JsonElement id) =>
        id.ValueKind == JsonValueKind.String && JsonBody.TryText(id, out var text) && DataToken.TryParse(text, out var token) ? token : null;

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<GrantAnswer> answers)
    {
        writer.WriteStartArray("results");
        foreach (var answer in answers)
        {
            writer.WriteStartObject();
            writer.WriteBoolean("valid", answer.IsValid);
            if (answer.ExpiresAt is { } end)
            {
                writer.WriteNumber("expiresAt", end / 1000);
            }
            else
            {
                writer.WriteString("reason", answer.Reason);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
