using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Sessions;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>What every request of a user passes before its endpoint sees it: who is it, from which page, in which session, is that alive?</summary>
internal sealed class UserDoor(UserCallers callers, SessionService sessions, SessionLock sessionLock, LimitSettings limits, TimeProvider clock)
{
    /// <summary>For the routes that take a JSON object.</summary>
    public Func<HttpContext, Task<Answer>> Json(Func<UserCaller, JsonBody, CancellationToken, Task<Answer>> endpoint) =>
        Json((context, user, body) => endpoint(user, body, context.RequestAborted), limits.JsonBody);

    /// <param name="endpoint">What is called.</param>
    /// <param name="longest">How many bytes the body may have.</param>
    public Func<HttpContext, Task<Answer>> Json(Func<HttpContext, UserCaller, JsonBody, Task<Answer>> endpoint, int longest) => Open(async (context, user) =>
    {
        if (sessionLock.Check(context, user) is { } refused)
        {
            return refused;
        }

        return await JsonBody.ReadAsync(context, limits, clock, longest) switch
        {
            Outcome<JsonBody>.Ok(var body) => await endpoint(context, user, body),
            Outcome<JsonBody>.No(var unreadable) => unreadable,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    });

    /// <summary>For the routes that move values.</summary>
    public Func<HttpContext, Task<Answer>> Open(Func<HttpContext, UserCaller, Task<Answer>> endpoint) => async context =>
    {
        switch (await callers.IdentifyAsync(context))
        {
            case Outcome<UserCaller>.Ok(var user):
                return SameOrigin.Check(context.Request, user.Application) is { } foreign ? foreign
                    : await sessions.AdmitAsync(user, context.RequestAborted) is { } ended ? ended
                    : await endpoint(context, user);
            case Outcome<UserCaller>.No(var refused):
                return refused;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    };
}
