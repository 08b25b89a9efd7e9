using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authentication.Anonymous;
using AuthProxy.Proxy.Authentication.Noop;
using AuthProxy.Proxy.Authentication.Unauthorized;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Makes the rule's own authenticator and puts the rehearsed one in its place.</summary>
internal sealed class RehearsedAuthenticatorKind(IHandlerKind<IAuthenticator> real, Prompter prompter, TimeProvider time) : IHandlerKind<IAuthenticator>
{
    // These look at cookies and at a header of their own; every other one looks at Authorization unless token_from says otherwise.
    private static readonly string[] Elsewhere = ["cookie_session", "api_key"];

    public string Name => real.Name;

    public Schema Schema => real.Schema;

    public IReadOnlyList<string> Destinations => real.Destinations;

    public IAuthenticator? Prepare(HandlerPreparation preparation) => real.Prepare(preparation) is not { } authenticator ? null : Name switch
    {
        // These know nobody, whoever asks.
        NoopAuthenticatorKind.KindName or UnauthorizedAuthenticatorKind.KindName => authenticator,
        AnonymousAuthenticatorKind.KindName => new RehearsedAnonymous(authenticator, prompter),
        _ => new RehearsedAuthenticator(authenticator, ShownTo(preparation), prompter, time),
    };

    private ConsumedCredentials ShownTo(HandlerPreparation preparation) =>
        Name == OidcAuthenticatorKind.KindName ? ConsumedCredentials.SessionCookie
        : Elsewhere.Contains(Name) || preparation.Config is ConfigMapping config && config["token_from"] is not null ? ConsumedCredentials.None
        : ConsumedCredentials.Authorization;
}
