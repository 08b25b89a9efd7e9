using System.Diagnostics;

namespace AuthProxy.Proxy.Authorization.Combined;

/// <summary>One of several authorizers that a rule combines; what it decides is noted under its own place.</summary>
/// <param name="Place">Where it stands, such as <c>any_of[1].not.claims</c>.</param>
/// <param name="Authorizer">Who decides.</param>
internal sealed record AuthorizerPart(string Place, IAuthorizer Authorizer)
{
    public async ValueTask<AuthorizationOutcome> AskAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var outcome = await Authorizer.AuthorizeAsync(context, request, cancellation);
        switch (outcome)
        {
            case AuthorizationOutcome.Allowed:
                request.Trace.Note(TraceStage.Authorize, Place, TraceVerdict.Passed);
                return outcome;
            case AuthorizationOutcome.Refused refused:
                request.Trace.Note(TraceStage.Authorize, Place, TraceVerdict.Refused, refused.Why);
                return outcome;
            default:
                // A new kind of outcome stops here until someone decides what it means; "not" above all must not guess.
                throw new UnreachableException();
        }
    }
}
