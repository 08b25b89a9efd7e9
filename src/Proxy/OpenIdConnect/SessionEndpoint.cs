using System.Diagnostics;
using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// Tells a page whether somebody is signed in, who, and for how long; of a guest only for how long. Nobody being signed in is an answer and no
/// refusal. Asking leaves the session as it is, however often; only a POST, which a person's doing should be behind, puts its idle end off.
/// </summary>
internal sealed class SessionEndpoint(
    SessionEndpointSettings settings, PageSessions pages, PageAnswers page, LiveSessions sessions, LoginAnswers answers, TimeProvider clock)
{
    public async Task AnswerAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!await page.MayReadAsync(context))
        {
            return;
        }

        var request = context.Proxied().Received;
        if (HttpMethods.IsPost(request.Method))
        {
            await sessions.FindAsync(request.Headers, request.Address.Host, cancellation);
        }

        switch (await pages.FindAsync(request, cancellation))
        {
            case PageSession.Open open:
                await PageAnswers.WriteAsync(context, json => Write(json, open), cancellation);
                break;
            case PageSession.None:
                await PageAnswers.WriteAsync(context, WriteNobody, cancellation);
                break;
            case PageSession.Ambiguous:
                await answers.RefuseAsync(context, ProxyRefusals.CredentialsAmbiguous, "the request carries cookies of two living sessions", null);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Write(Utf8JsonWriter json, PageSession.Open open)
    {
        var (session, now) = (open.Session, clock.GetUtcNow());
        json.WriteBoolean("signed_in"u8, !session.IsGuest);
        json.WriteBoolean("guest"u8, session.IsGuest);
        if (!session.IsGuest)
        {
            json.WriteString("subject"u8, session.SubjectId);
            WriteClaims(json, session.Claims);
        }

        json.WriteNumber("idle_seconds_left"u8, SecondsUntil(open.IdleUntil < session.EndsAt ? open.IdleUntil : session.EndsAt, now));
        json.WriteNumber("absolute_seconds_left"u8, SecondsUntil(session.EndsAt, now));
    }

    private void WriteClaims(Utf8JsonWriter json, JsonElement claims)
    {
        json.WriteStartObject("claims"u8);
        foreach (var name in settings.Claims)
        {
            if (claims.TryGetProperty(name, out var value))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteNobody(Utf8JsonWriter json)
    {
        json.WriteBoolean("signed_in"u8, false);
        json.WriteBoolean("guest"u8, false);
    }

    private static long SecondsUntil(DateTimeOffset end, DateTimeOffset now) => Math.Max(0, (long)(end - now).TotalSeconds);
}
