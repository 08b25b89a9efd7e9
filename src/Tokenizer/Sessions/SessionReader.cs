using System.Diagnostics;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>
/// Reads the session that a service names, as <c>session</c>. A proxy states its realm's sessions; an application names a session of the realm, with
/// the proxy's assertion where it has one, or a session of its own.
/// </summary>
internal sealed class SessionReader(SessionNames names, ServiceCallers callers)
{
    private static readonly Refused Malformed = new(TokenizerRefusals.BodyInvalid, "session is missing or malformed");
    private static readonly string[] OfProxies = ["sid", "sub", "sub_iss", "session_exp"];
    private static readonly string[] OfOwners = ["sid", "sub", "provider"];
    private static readonly string[] OfBackends = ["sid", "assertion"];

    public async ValueTask<Outcome<NamedSession>> ReadAsync(ServiceCaller caller, ApplicationSettings application, JsonBody body, CancellationToken cancellation)
    {
        var isProxy = caller.Roles.HasFlag(TrustRoles.Sidecar);
        if (!body.TryObject("session", out var session) || !session.TryText("sid", out var sid) || !StatedSession.IsId(sid)
            || !session.HasOnly(isProxy ? OfProxies : application.Login is null ? OfBackends : OfOwners))
        {
            return Malformed;
        }

        var named = isProxy ? OfProxy(caller, body, session, sid!)
            : application.Login is { } login ? OfApplication(application, login, session, sid!)
            : await ProveAsync(application, session, sid!, cancellation);
        if (named is Outcome<NamedSession>.Ok(var known))
        {
            caller.Audited.Session = known.Session;
        }

        return named;
    }

    private Outcome<NamedSession> OfProxy(ServiceCaller caller, JsonBody body, JsonBody session, string sid)
    {
        if (!session.Has("session_exp"))
        {
            return new NamedSession(names.OfRealm(sid), null);
        }

        if (!StatedSession.TryRead(body, "session", out var stated))
        {
            return Malformed;
        }

        (caller.Audited.Issuer, caller.Audited.Subject) = (stated.Issuer, stated.Subject);
        return names.OfRealm(stated);
    }

    private Outcome<NamedSession> OfApplication(ApplicationSettings application, LoginSettings login, JsonBody session, string sid) =>
        session.TryText("provider", out var provider) && session.TryText("sub", out var user) && (user is null || StatedSession.IsId(user))
            ? names.OfApplication(application, login, sid, provider, user)
            : Malformed;

    private async ValueTask<Outcome<NamedSession>> ProveAsync(ApplicationSettings application, JsonBody session, string sid, CancellationToken cancellation)
    {
        if (!session.TryText("assertion", out var assertion))
        {
            return Malformed;
        }

        if (assertion is null)
        {
            return new NamedSession(names.OfRealm(sid), null);
        }

        return await callers.ProveSessionAsync(assertion, application, cancellation) switch
        {
            Outcome<StatedSession>.Ok(var stated) when stated.Sid == sid => names.OfRealm(stated),
            Outcome<StatedSession>.Ok => new Refused(TokenizerRefusals.SessionMismatch, "the assertion is of another session than sid names"),
            Outcome<StatedSession>.No(var refused) => refused,
            _ => throw new UnreachableException(),
        };
    }
}
