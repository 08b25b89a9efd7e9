using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthProxy.Sdk;

/// <summary>Believes the Proxy's assertion, and nothing else that a request says about its user.</summary>
internal sealed class AuthProxyIdentityHandler(
    IOptionsMonitor<AuthProxyIdentityOptions> options, ILoggerFactory logger, UrlEncoder encoder, AssertionVerifier verifier)
    : AuthenticationHandler<AuthProxyIdentityOptions>(options, logger, encoder)
{
    /// <summary>The assertion itself, kept beside the ticket for the grants that need it as proof; never a claim, which pages tend to print.</summary>
    public const string AssertionParameter = "authproxy.assertion";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var values = Request.Headers[AuthProxyIdentityDefaults.AssertionHeader];
        if (values.Count == 0)
        {
            return AuthenticateResult.NoResult();
        }

        // The Proxy writes it once. Two mean that one of them came past the Proxy.
        if (values is not [{ Length: > 0 } assertion])
        {
            return AuthenticateResult.Fail("The request carries the assertion header more than once, or empty.");
        }

        switch (await verifier.VerifyAsync(assertion, Context.RequestAborted))
        {
            case AssertionOutcome.User user:
                var identity = new ClaimsIdentity(user.Claims, Scheme.Name, Options.NameClaim, Options.RoleClaim);
                var properties = new AuthenticationProperties();
                properties.SetParameter(AssertionParameter, assertion);
                return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name));
            case AssertionOutcome.Nobody:
                return AuthenticateResult.NoResult();
            case AssertionOutcome.Refused refused:
                return AuthenticateResult.Fail(refused.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
