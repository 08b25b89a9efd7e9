using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Cryptography;
using AuthProxy.Tokenizer.Events;
using AuthProxy.Tokenizer.Grants;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;
using AuthProxy.Tokenizer.Sessions;
using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tokens;

namespace AuthProxy.Tokenizer.Api;

/// <summary>
/// Says to which record tokens belong: only a proxy does, whose rule let the session at the record, and only for tokens that the session holds.
/// A backend that could would give itself every token that is not bound yet.
/// </summary>
internal sealed class BindOperation(ITokenStore store, KeyRing ring, GrantService grants, SessionService sessions, SessionReader reader, VaultEvents events, TimeProvider clock)
{
    private const int AtATime = 8;

    public Operation<ServiceCaller> Bind =>
        ServiceOperation.For("/v1/tokens/bind", AuditAction.BindToken, TrustRoles.Sidecar, ["session", "tokens", "record"], BindAsync) with { IsRemembered = true };

    private async Task<Answer> BindAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        var listed = GrantOperations.TokensOf(body);
        if (listed is not Outcome<DataToken?[]>.Ok({ } tokens))
        {
            return ((Outcome<DataToken?[]>.No)listed).Refused;
        }

        if (!body.TryText("record", out var name) || !StatedSession.IsId(name))
        {
            return new Refused(TokenizerRefusals.BodyInvalid, "record is missing, empty or too long");
        }

        var read = await reader.ReadAsync(caller, application, body, cancellation);
        if (read is not Outcome<NamedSession>.Ok({ } session))
        {
            return ((Outcome<NamedSession>.No)read).Refused;
        }

        if (session.Stated is { } stated && await sessions.NoteAsync(stated, cancellation) is not SessionStanding.Alive and var standing)
        {
            return SessionRefusals.Of(standing);
        }

        var answers = await grants.CheckAsync(application, session.Session, tokens, cancellation);
        var record = ring.LookupKeys.OfRecord(application.Name, name!);
        var reasons = new string?[tokens.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation };
        await Parallel.ForAsync(0, tokens.Length, options, async (number, stop) =>
            reasons[number] = answers[number].Reason ?? await BindAsync(caller.Audited.Part(), application, tokens[number]!, record, stop));
        return new Answer.Plain(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray("results");
            foreach (var reason in reasons)
            {
                writer.WriteStartObject();
                writer.WriteBoolean("bound", reason is null);
                if (reason is not null)
                {
                    writer.WriteString("reason", reason);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <returns>Why not; null where it is bound to the record now.</returns>
    private async Task<string?> BindAsync(AuditedRequest audited, ApplicationSettings application, DataToken token, KeyedHash record, CancellationToken cancellation)
    {
        if (await store.FindTokenAsync(ring.LookupKeys.Of(token), clock.NowMilliseconds(), cancellation) is not { } row
            || !await store.BindTokenAsync(row.RowId, record, cancellation))
        {
            return TokenizerRefusals.RecordMismatch.Reason;
        }

        audited.Token = token;
        await events.BoundAsync(audited, application.Name, cancellation);
        return null;
    }
}
