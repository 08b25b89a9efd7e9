using System.Diagnostics;
using AuthProxy.Proxy.Errors;

namespace AuthProxy.Proxy.Authentication;

/// <summary>Who is it? Asks the rule's authenticators in order; the first that knows the credentials decides.</summary>
internal sealed class AuthenticationMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context) => KnowsAsync(context).ThenAsync(next, context);

    private async ValueTask<bool> KnowsAsync(HttpContext context)
    {
        var request = context.Proxied();
        var authenticators = request.Match.Rule.Authenticators;
        AuthenticationOutcome.NotMine? nearest = null;
        for (var index = 0; index < authenticators.Count; index++)
        {
            var authenticator = authenticators[index];
            switch (await authenticator.AuthenticateAsync(context, request, context.RequestAborted))
            {
                case AuthenticationOutcome.Accepted accepted:
                    request.Trace.Note(TraceStage.Authenticate, authenticator.Name, TraceVerdict.Passed);
                    request.Subject = accepted.Subject;
                    request.Login = accepted.Login;
                    request.Consumed = accepted.Consumed;
                    request.ConsumedHeader = accepted.Header;
                    request.ConsumedCookies = accepted.Cookies;
                    return true;
                case AuthenticationOutcome.Rejected rejected:
                    request.Trace.Note(TraceStage.Authenticate, authenticator.Name, TraceVerdict.Refused, rejected.Why);
                    await refusals.WriteAsync(context, rejected.Refusal, rejected.Why);
                    return false;
                case AuthenticationOutcome.NotMine notMine:
                    request.Trace.Note(TraceStage.Authenticate, authenticator.Name, TraceVerdict.NotMine, notMine.Why);
                    nearest = notMine.Refusal is null ? nearest : notMine;
                    continue;
                default:
                    // A new kind of outcome stops here until someone decides what it means.
                    throw new UnreachableException();
            }
        }

        await refusals.WriteAsync(context, nearest?.Refusal ?? ProxyRefusals.CredentialsMissing, nearest?.Why ?? WhatEachSaid(request.Trace));
        return false;
    }

    private static string WhatEachSaid(DecisionTrace trace)
    {
        var said = trace.Steps.Where(step => step is { Stage: TraceStage.Authenticate, Verdict: TraceVerdict.NotMine }).Select(step => $"{step.Part}: {step.Why}");
        return $"no authenticator of the rule found credentials ({string.Join("; ", said)})";
    }
}
