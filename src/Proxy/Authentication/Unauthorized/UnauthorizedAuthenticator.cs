using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authentication.Unauthorized;

/// <summary>Accepts nobody.</summary>
internal sealed class UnauthorizedAuthenticator : IAuthenticator
{
    private static readonly AuthenticationOutcome.Rejected Nobody = new(ProxyRefusals.CredentialsInvalid, "the rule accepts nobody");

    public string Name => UnauthorizedAuthenticatorKind.KindName;

    // Nobody is accepted, so nobody without a session is.
    public bool GivesSession => true;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => new(Nobody);
}

internal sealed class UnauthorizedAuthenticatorKind : IHandlerKind<IAuthenticator>
{
    public const string KindName = "unauthorized";

    private static readonly Schema<NoSettings> Settings = NoSettings.Of(KindName, "Accepts nobody: 401.");

    public string Name => KindName;

    public Schema Schema => Settings;

    public IAuthenticator? Prepare(HandlerPreparation preparation) => preparation.TryRead(Settings, out _) ? new UnauthorizedAuthenticator() : null;
}
