using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authentication.Noop;

/// <summary>Accepts every request and learns nothing about who is asking.</summary>
internal sealed class NoopAuthenticator(AuthenticationOutcome.Accepted nobody) : IAuthenticator
{
    public string Name => NoopAuthenticatorKind.KindName;

    public bool GivesSession => false;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) => new(nobody);
}

internal sealed class NoopAuthenticatorKind(ProxySettings settings) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "noop";

    private static readonly Schema<NoSettings> Settings = NoSettings.Of(KindName, "Accepts every request and learns nothing about who is asking.");

    public string Name => KindName;

    public Schema Schema => Settings;

    public IAuthenticator? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(Settings, out _)
            ? new NoopAuthenticator(new AuthenticationOutcome.Accepted(Subject.WithoutClaims(settings.Assertion.Issuer, "")))
            : null;
}
