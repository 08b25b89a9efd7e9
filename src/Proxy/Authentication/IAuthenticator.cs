using AuthProxy.Proxy.Authentication.Tokens;

namespace AuthProxy.Proxy.Authentication;

/// <summary>One way to learn who is asking; made when a rule loads, for that rule.</summary>
internal interface IAuthenticator
{
    /// <summary>The name that rules use.</summary>
    string Name { get; }

    /// <summary>Whether whoever it accepts may hold grants: has a session of its own, which ends.</summary>
    bool GivesSession { get; }

    /// <summary>Whether it lets people in of whom nobody knows who they are, with a session of their own.</summary>
    bool AdmitsGuests => false;

    /// <summary>The access tokens that it takes from whoever bears them; null: none.</summary>
    TrustedTokens? Trusts => null;

    ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation);
}
