using System.Diagnostics;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Authorization;

/// <summary>May they? Every authorizer of the rule has to say yes, then the grant check; silence is a no.</summary>
internal sealed class AuthorizationMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context) => MayAsync(context).ThenAsync(next, context);

    private async ValueTask<bool> MayAsync(HttpContext context)
    {
        var request = context.Proxied();
        var rule = request.Match.Rule;
        if (rule.Authorizers.Count == 0)
        {
            await refusals.WriteAsync(context, ProxyRefusals.AccessDenied, "the rule has no authorizer that could allow it");
            return false;
        }

        // What is said after an upgrade is seen by nobody here.
        if (request.Received.IsUpgrade && !rule.Rule.AllowWebSocket)
        {
            await refusals.WriteAsync(context, ProxyRefusals.UpgradeRefused, "the rule takes no WebSocket upgrades");
            return false;
        }

        for (var index = 0; index < rule.Authorizers.Count; index++)
        {
            var authorizer = rule.Authorizers[index];
            var outcome = await authorizer.AuthorizeAsync(context, request, context.RequestAborted);
            if (!await AllowsAsync(context, request, TraceStage.Authorize, authorizer.Name, outcome))
            {
                return false;
            }
        }

        return rule.Grants is not { } grants
            || await AllowsAsync(context, request, TraceStage.Grants, "verify", await grants.CheckAsync(context, request, context.RequestAborted));
    }

    private async ValueTask<bool> AllowsAsync(HttpContext context, ProxiedRequest request, TraceStage stage, string part, AuthorizationOutcome outcome)
    {
        switch (outcome)
        {
            case AuthorizationOutcome.Allowed:
                request.Trace.Note(stage, part, TraceVerdict.Passed);
                return true;
            case AuthorizationOutcome.Refused refused:
                request.Trace.Note(stage, part, TraceVerdict.Refused, refused.Why);
                await refusals.WriteAsync(context, refused.Refusal, refused.Why);
                return false;
            default:
                // A new kind of outcome stops here until someone decides what it means.
                throw new UnreachableException();
        }
    }
}
