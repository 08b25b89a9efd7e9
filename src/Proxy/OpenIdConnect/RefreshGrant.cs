using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.OpenIdConnect.Claims;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>Shows a session's refresh token to its provider, and checks what comes for it.</summary>
internal sealed class RefreshGrant(OidcProviderSettings settings, Discovery discovery, TokenEndpoint tokens, IdTokenChecks checks, ClaimSources sources, TimeProvider clock)
{
    // The person has to do something (RFC 6749, section 5.2, and OpenID Connect Core 1.0, section 3.1.2.6, which some providers use here too).
    private static readonly FrozenSet<string> OverCodes =
        new[] { "invalid_grant", "interaction_required", "login_required", "consent_required", "account_selection_required" }.ToFrozenSet(StringComparer.Ordinal);

    // The provider has trouble; whatever else it objects to is how this client is set up.
    private static readonly FrozenSet<string> TroubleCodes = new[] { "temporarily_unavailable", "server_error", "slow_down" }.ToFrozenSet(StringComparer.Ordinal);

    public async Task<RefreshOutcome> RefreshAsync(Session session, CancellationToken cancellation)
    {
        if (session.Tokens.RefreshToken is not { } refreshToken)
        {
            return new RefreshOutcome.Unavailable("the session has no refresh token");
        }

        if (await discovery.FindAsync(cancellation) is not { } metadata)
        {
            return new RefreshOutcome.Unavailable("the provider's discovery document cannot be had");
        }

        return await tokens.RefreshAsync(metadata.TokenEndpoint, refreshToken, cancellation) switch
        {
            ExchangeOutcome.Exchanged answer => await CheckAsync(session, answer, cancellation),
            ExchangeOutcome.Refused { Error: { } code } refused when OverCodes.Contains(code) => new RefreshOutcome.Refused(refused.Why),
            ExchangeOutcome.Refused refused => new RefreshOutcome.Unavailable(refused.Why) { IsMisconfigured = refused.Error is { } code && !TroubleCodes.Contains(code) },
            ExchangeOutcome.Unavailable unavailable => new RefreshOutcome.Unavailable(unavailable.Why) { RetryAfter = unavailable.RetryAfter },
            _ => throw new UnreachableException(),
        };
    }

    private async Task<RefreshOutcome> CheckAsync(Session session, ExchangeOutcome.Exchanged answer, CancellationToken cancellation)
    {
        if (answer is { AccessToken: null } or { IsBearer: false })
        {
            return NotUsable("the token endpoint gave no access token of type Bearer");
        }

        if (answer.IdToken is not { } idToken)
        {
            return Take(session, answer, session.Tokens.IdToken, null);
        }

        return await checks.CheckRefreshedAsync(idToken, answer.AccessToken, session, cancellation) switch
        {
            IdTokenOutcome.Believed { Token: var token } when IsOfAnotherAuthentication(token, session) => Take(session, answer, session.Tokens.IdToken, null),
            IdTokenOutcome.Believed { Token: var token } => Take(session, answer, idToken, await ClaimsOfAsync(token, answer, cancellation)),
            IdTokenOutcome.OfAnother another => new RefreshOutcome.Refused(another.Why),
            IdTokenOutcome.Refused refused => NotUsable(refused.Why),
            IdTokenOutcome.Unavailable unavailable => NotUsable(unavailable.Why),
            _ => throw new UnreachableException(),
        };

        // What it gave is not believed, but the old refresh token may be used up: the new one is what the next attempt is made with.
        RefreshOutcome.Unavailable NotUsable(string why) => new(why) { RefreshToken = answer.RefreshToken is { Length: <= OidcClient.MaximumLoginBytes / 2 } next ? next : null };
    }

    // The tokens are new whatever comes of this: where nothing is told now, the session goes on with what it knows until the next refresh.
    private async Task<JsonElement?> ClaimsOfAsync(VerifiedJwt token, ExchangeOutcome.Exchanged answer, CancellationToken cancellation) =>
        settings.Refresh.UpdateClaims && await sources.GatherAsync(token, answer.AccessToken, cancellation) is ClaimsOutcome.Known known ? known.Claims : null;

    // Section 12.2 wants the time of the login here. Where the person has proved who they are again since, at another application perhaps,
    // the session keeps what it knows: a refresh must never make it look like a fresher login.
    private static bool IsOfAnotherAuthentication(VerifiedJwt token, Session session) =>
        session.IsAuthTimeKnown && token.Time("auth_time") is { } time && time != session.AuthenticatedAt;

    private RefreshOutcome Take(Session session, ExchangeOutcome.Exchanged answer, string? idToken, JsonElement? claims)
    {
        var now = clock.GetUtcNow();
        var renewed = new ProviderTokens(idToken, answer.AccessToken, answer.RefreshToken ?? session.Tokens.RefreshToken, now + answer.AccessTokenLife) { ReceivedAt = now };
        var size = (claims ?? session.Claims).GetRawText().Length + (idToken?.Length ?? 0) + answer.AccessToken!.Length + (renewed.RefreshToken?.Length ?? 0);
        return size > OidcClient.MaximumLoginBytes
            ? new RefreshOutcome.Unavailable("the provider's tokens and claims are larger than a session may be") { IsMisconfigured = true }
            : new RefreshOutcome.Refreshed(renewed, claims);
    }
}
