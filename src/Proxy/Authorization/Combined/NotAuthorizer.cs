using System.Diagnostics;

namespace AuthProxy.Proxy.Authorization.Combined;

/// <summary>
/// Lets those pass to whom its part says no, clearly. A part that could not decide has said nothing, and its refusal stands:
/// else whoever can make a service fall silent could pass. What the part has told the upstream is taken back in any case.
/// </summary>
internal sealed class NotAuthorizer(AuthorizerPart part) : IAuthorizer
{
    public const string CombinationName = "not";

    public string Name => CombinationName;

    public IReadOnlyCollection<string> HeaderNames => part.Authorizer.HeaderNames;

    public async ValueTask<AuthorizationOutcome> AuthorizeAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        var identity = request.Identity.Mark();
        var outcome = await part.AskAsync(context, request, cancellation);
        request.Identity.RollBack(identity);
        return outcome switch
        {
            AuthorizationOutcome.Allowed => new AuthorizationOutcome.Refused(ProxyRefusals.AccessDenied, $"{part.Place} allows it"),
            AuthorizationOutcome.Refused { IsClearNo: true } => AuthorizationOutcome.Allowed.Instance,
            AuthorizationOutcome.Refused undecided => undecided,
            _ => throw new UnreachableException(),
        };
    }
}
