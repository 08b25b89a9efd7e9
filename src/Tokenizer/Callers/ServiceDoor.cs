using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>What every request of a service passes before its endpoint sees it: who is it, and is the route for its role?</summary>
internal sealed class ServiceDoor(ServiceCallers callers, LimitSettings limits, TimeProvider clock)
{
    /// <param name="roles">Any of these may call.</param>
    /// <param name="endpoint">What is called.</param>
    public Func<HttpContext, Task<Answer>> Json(TrustRoles roles, Func<ServiceCaller, JsonBody, CancellationToken, Task<Answer>> endpoint) =>
        Json(roles, (context, caller, body) => endpoint(caller, body, context.RequestAborted), limits.JsonBody);

    /// <param name="roles">Any of these may call.</param>
    /// <param name="endpoint">What is called.</param>
    /// <param name="longest">How many bytes the body may have.</param>
    public Func<HttpContext, Task<Answer>> Json(TrustRoles roles, Func<HttpContext, ServiceCaller, JsonBody, Task<Answer>> endpoint, int longest) => async context =>
    {
        var identified = await callers.IdentifyAsync(context);
        if (identified is not Outcome<ServiceCaller>.Ok({ } caller))
        {
            return ((Outcome<ServiceCaller>.No)identified).Refused;
        }

        if (caller.RefusedUnless(roles) is { } refused)
        {
            return refused;
        }

        return await JsonBody.ReadAsync(context, limits, clock, longest) switch
        {
            Outcome<JsonBody>.Ok(var body) => await endpoint(context, caller, body),
            Outcome<JsonBody>.No(var unreadable) => unreadable,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    };
}
