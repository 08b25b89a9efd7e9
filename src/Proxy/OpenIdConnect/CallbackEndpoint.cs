using AuthProxy.Proxy.Remotes;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Ends;
using AuthProxy.Proxy.Sessions.Guests;
using AuthProxy.Proxy.Sessions.Sealing;
using AuthProxy.Rules.Requirements;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// A provider's answer arrives. A browser that is signed in by then (another tab was faster, somebody went back in the history)
/// goes where it wanted to go, whatever came of this particular login.
/// </summary>
internal sealed class CallbackEndpoint(
    Passages passages, LiveSessions sessions, SessionTerminator terminator, OvertakenLogins overtaken, GuestSessions guests, ISessionStore store, Journeys journeys,
    LoginStarter starter, LoginLimits limits, LoginAddresses addresses, LoginAnswers answers, SessionMetrics metrics, TimeProvider clock)
{
    /// <param name="context">The request.</param>
    /// <param name="provider">The one whose callback was called.</param>
    /// <param name="cancellation">The client has gone.</param>
    public async Task HandleAsync(HttpContext context, OidcProvider provider, CancellationToken cancellation)
    {
        var request = context.Proxied().Received;
        var query = QueryParameters.Parse(request.Target.Query);
        if (query.HasRepeated("code", "state", "iss", "error"))
        {
            await FailAsync(context, new LoginFault(ProxyRefusals.LoginFailed, "a parameter of the response comes more than once"), null, cancellation);
            return;
        }

        var opened = passages.Open(Passages.Login, query["state"]);
        if (opened is { Passage.Journey: var elsewhere } && elsewhere.Demand.Provider != provider.Name)
        {
            // Mix-up (RFC 9700, section 4.4): one provider's code must never be shown to another.
            await FailAsync(context, new LoginFault(ProxyRefusals.LoginFailed, "the response came to the callback of another provider"), elsewhere, cancellation);
            return;
        }

        var before = await sessions.FindAsync(request.Headers, request.Address.Host, cancellation) as SessionLookup.Opened;
        if (opened is var (begun, passage) && before is SessionLookup.Live && before.Session.CreatedAt >= begun.IssuedAt
            && passage.Journey.Demand.IsMetBy(before.Session, clock.GetUtcNow()))
        {
            // Another tab has logged in since this login began.
            metrics.LoginReturned("late");
            LoginAnswers.Redirect(context, passage.Journey.Destination);
            return;
        }

        if (opened is var (ticket, raced) && ticket.ExpiresAt > clock.GetUtcNow() && IsOfAnother(context, raced, before))
        {
            // The code is not taken, it may be anybody's; a new login asks nothing of somebody whom the provider knows.
            metrics.LoginReturned("restarted");
            await starter.BeginAsync(context, raced.Journey, cancellation);
            return;
        }

        switch (await LogInAsync(context, provider, query, opened, cancellation))
        {
            case (var login, null):
                await CompleteAsync(context, login!, before, opened!.Value, cancellation);
                break;
            case (_, var fault):
                await FailAsync(context, fault, opened?.Passage.Journey, cancellation);
                break;
        }
    }

    private async Task<(NewSession? Login, LoginFault? Fault)> LogInAsync(
        HttpContext context, OidcProvider provider, QueryParameters query, (Ticket Ticket, Passage Passage)? opened, CancellationToken cancellation)
    {
        if (opened is not var (ticket, passage))
        {
            return Failed("the state is missing or not ours");
        }

        if (ticket.ExpiresAt <= clock.GetUtcNow())
        {
            return (null, new LoginFault(ProxyRefusals.LoginExpired, "the login took longer than it may"));
        }

        if (LoginBinding.Find(context, passage.Binding) is not { } binding)
        {
            return Failed("the login began in another browser, or this one keeps no cookies");
        }

        if (await provider.Discovery.FindAsync(cancellation) is not { } metadata)
        {
            return Unavailable("the provider's discovery document cannot be had");
        }

        if (provider.Client.ObjectToSender(metadata, query["iss"]) is { } objection)
        {
            return Failed(objection);
        }

        if (query["error"] is { } error)
        {
            return error == ErrorCodes.UnmetAuthentication
                ? Insufficient("the provider cannot sign the person in as was asked")
                : Failed($"the provider answered with the error {ErrorCodes.Of(error) ?? "(not a known one)"}");
        }

        if (query["code"] is not { Length: > 0 } code)
        {
            return Failed("the response holds no code");
        }

        if (!limits.MayTry(ticket))
        {
            return Failed("the state was tried more often than a login may be");
        }

        if (limits.Refuse(context.Proxied().Received.Client) is { } limit)
        {
            return (null, new LoginFault(ProxyRefusals.RateLimited, "more logins came back at this address than may") { RateLimit = limit });
        }

        return await provider.Client.RedeemAsync(metadata, code, ticket, binding, cancellation) switch
        {
            LoginOutcome.LoggedIn { Login: var login } => !await store.TryMarkOnceAsync(ticket.Mark, clock.GetUtcNow(), ticket.ExpiresAt, cancellation)
                ? Failed("the state was used before")
                : WhyInsufficient(login, passage.Journey.Demand) is { } why ? Insufficient(why) : (login, null),
            LoginOutcome.Insufficient insufficient => Insufficient(insufficient.Why),
            LoginOutcome.Failed failed => Failed(failed.Why),
            LoginOutcome.Unavailable unavailable => Unavailable(unavailable.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    // The page that asked would send the person back to the login, again and again.
    private string? WhyInsufficient(NewSession login, LoginDemand demand) =>
        demand.Authentication?.WhyNot(new AuthenticationFacts(login.Acr, login.AuthenticatedAt), clock.GetUtcNow());

    /// <summary>
    /// Tabs that opened at once each brought a binding, and the browser kept one. And what a guest holds must not pass over by a login that
    /// began before there was that guest: by then somebody else may have sat here.
    /// </summary>
    private static bool IsOfAnother(HttpContext context, Passage begun, SessionLookup.Opened? before) => before switch
    {
        null => LoginBinding.IsAnother(context, begun.Binding),
        SessionLookup.Guest guest => guest.Session.Sid != begun.Sid || LoginBinding.IsAnother(context, begun.Binding),
        _ => false,
    };

    private async Task CompleteAsync(
        HttpContext context, NewSession login, SessionLookup.Opened? before, (Ticket Ticket, Passage Passage) opened, CancellationToken cancellation)
    {
        var (ticket, passage) = opened;
        var (session, cookie) = await sessions.BeginAsync(login, addresses.Login.Host, cancellation);
        if (await overtaken.IsOvertakenAsync(login, ticket.IssuedAt, cancellation))
        {
            await terminator.EndAsync(session, SessionEndReason.Overtaken, cancellation);
            await FailAsync(context, new LoginFault(ProxyRefusals.LoginFailed, "all sessions of the person were ended while the login was under way"), passage.Journey, cancellation);
            return;
        }

        if (before is SessionLookup.Guest && !await guests.AdoptAsync(before.Session, session, cancellation))
        {
            // The guest goes on as if nothing had been, and so does all that it holds.
            await terminator.EndAsync(session, SessionEndReason.Replaced, cancellation);
            await FailAsync(context, new LoginFault(ProxyRefusals.GuestNotAdopted, "the Tokenizer could not be told that the guest has logged in"), passage.Journey, cancellation);
            return;
        }

        if (before is not null)
        {
            await terminator.EndAsync(before.Session, SessionEndReason.Replaced, cancellation);
        }

        context.Response.Headers.Append("Set-Cookie", SecretCookies.Line(SecretCookies.Session, cookie.Text));
        metrics.LoginReturned("success");
        LoginAnswers.Redirect(context, journeys.Next(passage.Journey));
    }

    private async Task FailAsync(HttpContext context, LoginFault fault, Journey? journey, CancellationToken cancellation)
    {
        var request = context.Proxied().Received;
        if (await sessions.FindAsync(request.Headers, request.Address.Host, cancellation) is SessionLookup.Live live
            && journey?.Demand.IsMetBy(live.Session, clock.GetUtcNow()) != false)
        {
            metrics.LoginReturned("late");
            LoginAnswers.Redirect(context, journey?.Destination ?? request.Address.Origin + "/");
            return;
        }

        metrics.LoginReturned(fault.Refusal.Reason);
        fault.RateLimit.WriteTo(context.Response.Headers);
        await answers.RefuseAsync(context, fault.Refusal, fault.Why, journey?.Destination);
    }

    private static (NewSession?, LoginFault?) Failed(string why) => (null, new LoginFault(ProxyRefusals.LoginFailed, why));

    private static (NewSession?, LoginFault?) Insufficient(string why) => (null, new LoginFault(ProxyRefusals.LoginInsufficient, why));

    private static (NewSession?, LoginFault?) Unavailable(string why) => (null, new LoginFault(ProxyRefusals.ProviderUnavailable, why));

    private sealed record LoginFault(AuthProxy.Hosting.Refusals.Refusal Refusal, string Why)
    {
        public RateLimitHeaders RateLimit { get; init; } = RateLimitHeaders.None;
    }
}
