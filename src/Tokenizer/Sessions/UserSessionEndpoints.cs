using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;

namespace AuthProxy.Tokenizer.Sessions;

/// <summary>
/// <c>GET /session/ensure</c> and <c>/session/verify</c>. The proxy owns the session, so there is nothing to start: the first answers at once,
/// and <c>/session/create</c> does not exist.
/// </summary>
internal sealed class UserSessionEndpoints(UserCallers callers, SessionService sessions, IReadOnlyList<ApplicationSettings> applications)
{
    public IEnumerable<VaultRoute> Routes =>
    [
        new("GET", "/session/ensure", async context => await SessionOfAsync(context) is { } refused ? refused : Answer.Empty),
        new("GET", "/session/verify", VerifyAsync),
    ];

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
        if (context.Request.Headers.Origin is [{ } origin]
            && applications.FirstOrDefault(application => application.VaultUrl.Authority == context.Request.Host.Value) is { } application
            && application.Origins.Contains(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
        }
    }
}
