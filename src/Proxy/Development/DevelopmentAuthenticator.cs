using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Development;

/// <summary>Takes everybody for one person with a live session. It stands in for the authenticators that would ask a provider.</summary>
internal sealed class DevelopmentAuthenticator(string name, Subject subject) : IAuthenticator
{
    public string Name => name;

    public bool GivesSession => true;

    /// <summary>Who everybody is.</summary>
    public Subject Subject => subject;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation)
    {
        // What a browser sends on behalf of some other page is refused as it would be with a cookie; curl needs no ceremony.
        var headers = request.Received.Headers;
        var byBrowser = headers.ContainsKey("Sec-Fetch-Site") || headers.Origin.Count > 0 || request.Received.IsUpgrade;
        return new(new AuthenticationOutcome.Accepted(subject, byBrowser ? ConsumedCredentials.SessionCookie : ConsumedCredentials.None));
    }
}

/// <summary>Stands in for one kind of authenticator; whatever its settings say, there is no provider to ask.</summary>
internal sealed class DevelopmentAuthenticatorKind(string name, Subject subject) : IHandlerKind<IAuthenticator>
{
    public string Name => name;

    public Schema Schema { get; } = NoSettings.Of(name, "Takes everybody for the person that the command line names.");

    public IAuthenticator? Prepare(HandlerPreparation preparation) => new DevelopmentAuthenticator(name, subject);
}
