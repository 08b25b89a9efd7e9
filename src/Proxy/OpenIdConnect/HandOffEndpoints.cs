using System.Security.Cryptography;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Sealing;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// Gives a browser that is signed in on the login host its own cookie on another host of the realm. The code that passes between
/// the two works once, for 30 seconds, on that host, in that browser.
/// </summary>
internal sealed class HandOffEndpoints(
    Passages passages, LoginStarter starter, GuestDoor guests, Journeys journeys, LiveSessions sessions, ISessionStore store, LoginAddresses addresses, LoginAnswers answers,
    TimeProvider clock)
{
    private static readonly string[] Uses = [Passages.HandOff, Passages.VisitHandOff, Passages.GuestHandOff];
    private static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(30);

    /// <summary>On the host that wants a cookie, in the course of a login: asks the login host.</summary>
    public async Task JoinAsync(HttpContext context)
    {
        var (text, here) = ParameterOf(context, "ticket");
        if (passages.Open(Passages.Visit, text) is var (ticket, passage) && passage.Origin == here && ticket.ExpiresAt > clock.GetUtcNow())
        {
            await starter.AskLoginHostAsync(context, Passages.VisitHandOff, passage.Journey);
            return;
        }

        await answers.RefuseAsync(context, ProxyRefusals.LoginExpired, "the ticket is not ours, not for this host, or too old", null);
    }

    /// <summary>On the login host: makes a code where this browser is signed in, and lets it sign in where it is not.</summary>
    public async Task HandOffAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Proxied().Received;
        var (text, _) = ParameterOf(context, "state");
        var asked = Uses.Select(use => (Use: use, Opened: passages.Open(use, text))).FirstOrDefault(one => one.Opened is not null);
        if (asked.Opened is not var (ticket, passage) || ticket.ExpiresAt <= clock.GetUtcNow())
        {
            await answers.RefuseAsync(context, ProxyRefusals.LoginExpired, "the state is not ours, or too old", null);
            return;
        }

        if (await sessions.FindAsync(request.Headers, request.Address.Host, cancellation) is SessionLookup.Opened here
            && IsWanted(here, asked.Use, passage)
            && await sessions.TakeRecordKeyAsync(here.Cookie, request.Address.Host, cancellation) is { } recordKey)
        {
            var code = passage with { Sid = here.Session.Sid, RecordKey = Convert.ToBase64String(recordKey) };
            CryptographicOperations.ZeroMemory(recordKey);
            LoginAnswers.Redirect(context, $"{addresses.At(passage.Origin, "accept")}?code={passages.Seal(Passages.Code, CodeLife, code).Text}");
            return;
        }

        var (destination, demand) = (passage.Journey.Destination, passage.Journey.Demand);
        await (asked.Use switch
        {
            // It has just got a session here; another one would lead to the same end, for ever.
            Passages.VisitHandOff => answers.RefuseAsync(context, ProxyRefusals.LoginFailed, "the browser did not keep the session cookie", null),
            Passages.GuestHandOff => guests.WelcomeAsync(context, addresses.JourneyOfGuest(destination, demand, passage.Origin), cancellation),
            _ => starter.BeginAsync(context, addresses.JourneyTo(destination, demand, passage.Origin), cancellation),
        });
    }

    // On the way of a login, or of a guest, the host gets what is there; else only what lets the person in where they wanted to go.
    private bool IsWanted(SessionLookup.Opened here, string use, Passage passage) =>
        use != Passages.HandOff || (here is SessionLookup.Live && passage.Journey.Demand.IsMetBy(here.Session, clock.GetUtcNow()));

    /// <summary>Back on the host that wants a cookie: takes the code.</summary>
    public async Task AcceptAsync(HttpContext context, CancellationToken cancellation)
    {
        var (text, here) = ParameterOf(context, "code");
        var opened = passages.Open(Passages.Code, text);
        if (opened is var (ticket, passage) && await RedeemAsync(context, ticket, passage, here, cancellation) is { } cookie)
        {
            context.Response.Headers.Append("Set-Cookie", SecretCookies.Line(SecretCookies.Session, cookie.Text));
            LoginAnswers.Redirect(context, journeys.Next(passage.Journey));
            return;
        }

        var request = context.Proxied().Received;
        if (opened is var (_, known) && await sessions.FindAsync(request.Headers, request.Address.Host, cancellation) is SessionLookup.Opened found
            && (found is SessionLookup.Live || found.Session.Sid == known.Sid))
        {
            // Somebody went back in the history, or another tab was faster.
            LoginAnswers.Redirect(context, known.Journey.Destination);
            return;
        }

        await answers.RefuseAsync(
            context, ProxyRefusals.LoginExpired, "the hand-off code is not ours, not for this host and browser, too old or used", opened?.Passage.Journey.Destination);
    }

    private async Task<CookieSecret?> RedeemAsync(HttpContext context, Ticket ticket, Passage passage, string here, CancellationToken cancellation)
    {
        if (passage.Origin != here || ticket.ExpiresAt <= clock.GetUtcNow() || LoginBinding.Find(context, passage.Binding) is null
            || !await store.TryMarkOnceAsync(ticket.Mark, clock.GetUtcNow(), ticket.ExpiresAt, cancellation))
        {
            return null;
        }

        return await sessions.AdmitAsync(passage.Sid, Convert.FromBase64String(passage.RecordKey), context.Proxied().Received.Address.Host, cancellation);
    }

    private static (string? Value, string Here) ParameterOf(HttpContext context, string name)
    {
        var request = context.Proxied().Received;
        return (QueryParameters.Parse(request.Target.Query)[name], request.Address.Origin);
    }
}
