using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;
using AuthProxy.Tokenizer.Refusals;

namespace AuthProxy.Tokenizer.Callers;

/// <summary>What every request of a service passes before its endpoint sees it: who is it, and is the route for its role?</summary>
internal sealed class ServiceDoor(ServiceCallers callers, LimitSettings limits, TimeProvider clock)
{
    /// <param name="roles">Any of these may call.</param>
    /// <param name="endpoint">What is called.</param>
    public Func<HttpContext, Task<Answer>> Json(TrustRoles roles, Func<ServiceCaller, JsonBody, CancellationToken, Task<Answer>> endpoint) => async context =>
    {
        var identified = await callers.IdentifyAsync(context);
        if (identified is not Outcome<ServiceCaller>.Ok({ } caller))
        {
            return ((Outcome<ServiceCaller>.No)identified).Refused;
        }

        if ((caller.Roles & roles) == TrustRoles.None)
        {
            return new Refused(TokenizerRefusals.CallerNotAllowed, $"trust entry {caller.Name} called as {caller.Roles}, and the route is for {roles}");
        }

        return await JsonBody.ReadAsync(context, limits, clock) switch
        {
            Outcome<JsonBody>.Ok(var body) => await endpoint(caller, body, context.RequestAborted),
            Outcome<JsonBody>.No(var unreadable) => unreadable,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    };
}
