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
internal sealed class RefreshGrant(OidcProviderSettings settings, Discovery discovery, TokenEndpoint tokens, IdTokenChecks checks, ClaimSources sources, TimeProvider clock, ILogger<RefreshGrant> log)
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
            ExchangeOutcome.Exchanged answer => await TakeAsync(session, answer, cancellation),
            ExchangeOutcome.Refused { Error: { } code } refused when OverCodes.Contains(code) => new RefreshOutcome.Refused(refused.Why),
            ExchangeOutcome.Refused refused => new RefreshOutcome.Unavailable(refused.Why) { IsMisconfigured = refused.Error is { } code && !TroubleCodes.Contains(code) },
            ExchangeOutcome.Unavailable unavailable => new RefreshOutcome.Unavailable(unavailable.Why) { RetryAfter = unavailable.RetryAfter },
            _ => throw new UnreachableException(),
        };
    }

    // Keys and user info are asked of the provider too: whoever waits for them must not be the only one who knows the new refresh token.
    private async Task<RefreshOutcome> TakeAsync(Session session, ExchangeOutcome.Exchanged answer, CancellationToken cancellation)
    {
        var rest = CheckAsync(session, answer, cancellation);
        return rest.IsCompleted || Rotated(answer) is not { } rotated ? await rest : new RefreshOutcome.Rotated(rotated, rest);
    }

    // The old refresh token may be used up by now: whatever is wrong with the rest, the new one is what the next attempt is made with.
    private async Task<RefreshOutcome> CheckAsync(Session session, ExchangeOutcome.Exchanged answer, CancellationToken cancellation)
    {
        try
        {
            return await JudgeAsync(session, answer, cancellation);
        }
        catch (Exception fault)
        {
            log.RefreshNotRead(settings.Name, session.Sid, fault);
            return NotUsable(answer, "what the provider gave could not be read");
        }
    }

    private async Task<RefreshOutcome> JudgeAsync(Session session, ExchangeOutcome.Exchanged answer, CancellationToken cancellation)
    {
        if (answer is { AccessToken: null } or { IsBearer: false })
        {
            return NotUsable(answer, "the token endpoint gave no access token of type Bearer");
        }

        if (answer.IdToken is not { } idToken)
        {
            return Take(session, answer, session.Tokens.IdToken, null);
        }

        return await checks.CheckRefreshedAsync(idToken, answer.AccessToken, session, cancellation) switch
        {
            IdTokenOutcome.Believed { Token: var token } when IsOfAnotherAuthentication(token, session) => Take(session, answer, session.Tokens.IdToken, null),
            IdTokenOutcome.Believed when !settings.Refresh.UpdateClaims => Take(session, answer, idToken, null),
            IdTokenOutcome.Believed { Token: var token } => await sources.RenewAsync(session, token, answer.AccessToken, cancellation) switch
            {
                ClaimsOutcome.Known known => Take(session, answer, idToken, known.Claims),
                ClaimsOutcome.OfAnother another => new RefreshOutcome.Refused(another.Why),
                _ => throw new UnreachableException(),
            },
            IdTokenOutcome.OfAnother another => new RefreshOutcome.Refused(another.Why),
            IdTokenOutcome.Refused refused => NotUsable(answer, refused.Why),
            IdTokenOutcome.Unavailable unavailable => NotUsable(answer, unavailable.Why),
            _ => throw new UnreachableException(),
        };
    }

    // Section 12.2 wants the time of the login here. Where the person has proved who they are again since, at another application perhaps,
    // the session keeps what it knows: a refresh must never make it look like a fresher login.
    private static bool IsOfAnotherAuthentication(VerifiedJwt token, Session session) =>
        session.IsAuthTimeKnown && token.Time("auth_time") is { } time && time != session.AuthenticatedAt;

    private RefreshOutcome Take(Session session, ExchangeOutcome.Exchanged answer, string? idToken, JsonElement? claims)
    {
        var now = clock.GetUtcNow();
        var renewed = new ProviderTokens(idToken, answer.AccessToken, answer.RefreshToken ?? session.Tokens.RefreshToken, now + answer.AccessTokenLife) { ReceivedAt = now };
        var size = (claims ?? session.Claims).GetRawText().Length + (idToken?.Length ?? 0) + answer.AccessToken!.Length + (renewed.RefreshToken?.Length ?? 0);
        if (size > OidcClient.MaximumLoginBytes)
        {
            return NotUsable(answer, "the provider's tokens and claims are larger than a session may be", isMisconfigured: true);
        }

        return new RefreshOutcome.Refreshed(renewed, claims);
    }

    private static RefreshOutcome.Unavailable NotUsable(ExchangeOutcome.Exchanged answer, string why, bool isMisconfigured = false) => new(why)
    {
        RefreshToken = Rotated(answer),
        IsMisconfigured = isMisconfigured,
    };

    private static string? Rotated(ExchangeOutcome.Exchanged answer) => answer.RefreshToken is { Length: <= OidcClient.MaximumLoginBytes / 2 } next ? next : null;
}
