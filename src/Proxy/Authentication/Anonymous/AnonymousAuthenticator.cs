using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Authentication.Anonymous;

/// <param name="Subject">What the upstream is told in place of a person.</param>
internal sealed record AnonymousSettings(string Subject)
{
    public static readonly Schema<AnonymousSettings> Schema = Declare.Object<AnonymousSettings>("anonymous", "Accepts requests that carry no Authorization header, as nobody in particular.", o =>
    {
        var subject = o.Text("subject", "What the upstream is told in place of a person.").Default("anonymous");
        return read => new AnonymousSettings(read.Get(subject));
    });
}

/// <summary>Accepts requests that carry no Authorization header, as nobody in particular: they have no session and hold no grants.</summary>
internal sealed class AnonymousAuthenticator(AuthenticationOutcome.Accepted nobody) : IAuthenticator
{
    // Who brings credentials wants to be somebody: another authenticator decides, or the request is refused.
    private static readonly AuthenticationOutcome.NotMine Somebody = new("the request carries an Authorization header");

    public string Name => AnonymousAuthenticatorKind.KindName;

    public bool GivesSession => false;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        new(request.Received.Headers.Authorization.Any(value => !string.IsNullOrEmpty(value)) ? Somebody : nobody);
}

internal sealed class AnonymousAuthenticatorKind(ProxySettings settings) : IHandlerKind<IAuthenticator>
{
    public const string KindName = "anonymous";

    public string Name => KindName;

    public Schema Schema => AnonymousSettings.Schema;

    public IAuthenticator? Prepare(HandlerPreparation preparation) =>
        preparation.TryRead(AnonymousSettings.Schema, out var own)
            ? new AnonymousAuthenticator(new AuthenticationOutcome.Accepted(Subject.WithoutClaims(settings.Assertion.Issuer, own.Subject)))
            : null;
}
