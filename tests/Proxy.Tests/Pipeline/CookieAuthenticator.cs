using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>Believes the cookie <c>user</c>, as if it were a session's: whose name stands there is signed in.</summary>
internal sealed class CookieAuthenticator : IAuthenticator
{
    public string Name => CookieAuthenticatorKind.KindName;

    public bool GivesSession => true;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation) =>
        new(context.Request.Cookies["user"] is { } user
            ? new AuthenticationOutcome.Accepted(
                new Subject("https://issuer.example", user, Requests.Alice().Claims, new SessionIdentity(context.Request.Cookies["sid"] ?? "s", DateTimeOffset.MaxValue)), ConsumedCredentials.SessionCookie)
            : new AuthenticationOutcome.NotMine("there is no cookie"));
}

internal sealed class CookieAuthenticatorKind : IHandlerKind<IAuthenticator>
{
    public const string KindName = "cookie";

    public string Name => KindName;

    public Schema Schema => NoSettings.Of(KindName, "Believes a cookie.");

    public IAuthenticator Prepare(HandlerPreparation preparation) => new CookieAuthenticator();
}
