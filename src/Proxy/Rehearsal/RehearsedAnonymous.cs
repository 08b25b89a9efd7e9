using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Accepts nobody in particular as the rule's own does, but never somebody whose credentials stand where it looks.</summary>
internal sealed class RehearsedAnonymous(IAuthenticator real, Prompter prompter) : IAuthenticator
{
    private static readonly AuthenticationOutcome.NotMine Somebody = new("whom the request is made as shows an Authorization header");

    public string Name => real.Name;

    public bool GivesSession => real.GivesSession;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        prompter.Script.As is not null && request.Match.Rule.Authenticators.OfType<RehearsedAuthenticator>().FirstOrDefault() is { ShowsAuthorization: true }
            ? new(Somebody)
            : real.AuthenticateAsync(context, request, cancellation);
}
