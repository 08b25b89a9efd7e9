using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Sdk;

/// <summary>The session whose grants are meant, with the proof that it lives if there is one.</summary>
/// <param name="UserId">Who the session is of, where the application owns it and can vouch for that.</param>
internal sealed record CurrentSession(string Id, string? Assertion, string? UserId = null)
{
    /// <summary>The session comes from the assertion, or from the application where it owns its sessions, never from a header or a parameter that a browser could write.</summary>
    public static Task<CurrentSession> FromAsync(HttpContext context, TokenizerOptions options) =>
        options.SignedIn is { } signedIn ? FromApplicationAsync(context, signedIn) : FromProxyAsync(context);

    private static async Task<CurrentSession> FromApplicationAsync(HttpContext context, Func<HttpContext, ValueTask<SignedInUser?>> signedIn) =>
        await signedIn(context) is { } user
            ? Named(user.SessionId) with { UserId = user.Subject }
            : throw new TokenizerException(TokenizerException.SessionMissing, StatusCodes.Status401Unauthorized, "Nobody is signed in.");

    private static async Task<CurrentSession> FromProxyAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(AuthProxyIdentityDefaults.AuthenticationScheme);
        var id = result.Principal?.FindFirst(AuthProxyClaimTypes.SessionId)?.Value;
        return id is { Length: > 0 }
            ? new CurrentSession(id, result.Properties?.GetParameter<string>(AuthProxyIdentityHandler.AssertionParameter))
            : throw new TokenizerException(TokenizerException.SessionMissing, StatusCodes.Status401Unauthorized, "The request carries no session of the Proxy.");
    }

    public static CurrentSession Named(string id) => id.Length > 0
        ? new CurrentSession(id, null)
        : throw new TokenizerException(TokenizerException.SessionMissing, StatusCodes.Status401Unauthorized, "The session's id is empty.");
}
