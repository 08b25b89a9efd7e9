using AuthProxy.Tokenizer.Audit;
using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Logins;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>
/// <c>GET /session/ensure</c>, <c>/session/create</c> and <c>/session/verify</c>. Where a proxy owns the session there is nothing to start: the
/// first answers at once, and the second does not exist.
/// </summary>
internal sealed class UserSessionEndpoints(UserCallers callers, SessionService sessions, LoginEndpoints logins, Vaults vaults)
{
    public IEnumerable<VaultRoute> Routes =>
    [
        new("GET", "/session/ensure", EnsureAsync),
        new("GET", "/session/create", CreateAsync) { Action = AuditAction.SignIn },
        new("GET", "/session/verify", VerifyAsync),
    ];

    // Also where there is a session: whether the application still knows it, and as the same user's, only the application can tell.
    private async Task<Answer> EnsureAsync(HttpContext context)
    {
        if (vaults.At(context.Request.Host) is { Login: { } login } application)
        {
            return logins.Begin(context, application, login);
        }

        return await SessionOfAsync(context) is { } refused ? refused : Answer.Empty;
    }

    private async Task<Answer> CreateAsync(HttpContext context) => vaults.At(context.Request.Host) is { Login: { } login } application
        ? await logins.CompleteAsync(context, application, login)
        : new Refused(TokenizerRefusals.RouteUnknown, "a proxy owns the sessions of this host: no key of an application makes users here");

    private async Task<Answer> VerifyAsync(HttpContext context)
    {
        AllowApplicationToRead(context);
        return await SessionOfAsync(context) is { } refused ? new Answer.NoSession(refused) : Answer.Empty;
    }

    private async Task<Refused?> SessionOfAsync(HttpContext context) => await callers.IdentifyAsync(context) switch
    {
        Outcome<UserCaller>.Ok(var user) => await sessions.AdmitAsync(user, context.RequestAborted),
        Outcome<UserCaller>.No(var refused) => refused,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The only answer that a page of another origin may read: whether its visitor has a session, asked by the application itself.</summary>
    private void AllowApplicationToRead(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Vary = "Origin";
        if (context.Request.Headers.Origin is [{ } origin] && vaults.At(context.Request.Host) is { } application && application.Origins.Contains(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
        }
    }
}
