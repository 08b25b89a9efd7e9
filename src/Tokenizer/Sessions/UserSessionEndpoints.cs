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
internal sealed class UserSessionEndpoints(UserCallers callers, SessionService sessions, SessionLock sessionLock, LoginEndpoints logins, Vaults vaults)
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

        return await SessionOfAsync(context) is Outcome<UserCaller>.No(var refused) ? refused : Answer.Empty;
    }

    private async Task<Answer> CreateAsync(HttpContext context) => vaults.At(context.Request.Host) is { Login: { } login } application
        ? await logins.CompleteAsync(context, application, login)
        : new Refused(TokenizerRefusals.RouteUnknown, "a proxy owns the sessions of this host: no key of an application makes users here");

    private async Task<Answer> VerifyAsync(HttpContext context)
    {
        AllowApplicationToRead(context);
        var refused = await SessionOfAsync(context) switch
        {
            Outcome<UserCaller>.Ok(var user) => sessionLock.Check(context, user),
            Outcome<UserCaller>.No(var none) => none,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return refused is null ? Answer.Empty : new Answer.NoSession(refused);
    }

    private async Task<Outcome<UserCaller>> SessionOfAsync(HttpContext context)
    {
        var caller = await callers.IdentifyAsync(context);
        return caller is Outcome<UserCaller>.Ok(var user) && await sessions.AdmitAsync(user, context.RequestAborted) is { } ended ? ended : caller;
    }

    /// <summary>The only answer about anybody that a page of another origin may read: whether its visitor has a session, asked by the application itself.</summary>
    private void AllowApplicationToRead(HttpContext context)
    {
        if (CrossOrigin.AllowReading(context, vaults.At(context.Request.Host)))
        {
            context.Response.Headers.AccessControlAllowCredentials = "true";
        }
    }
}
