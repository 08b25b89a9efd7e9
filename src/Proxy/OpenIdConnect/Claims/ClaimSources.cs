using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.OpenIdConnect.Claims;

/// <summary>What is known of a person from all places that the provider tells it in.</summary>
internal abstract record ClaimsOutcome
{
    private ClaimsOutcome()
    {
    }

    public sealed record Known(JsonElement Claims) : ClaimsOutcome
    {
        public override string ToString() => nameof(Known);
    }

    public sealed record Refused(string Why) : ClaimsOutcome;

    /// <summary>User info is about another subject than the ID token.</summary>
    public sealed record OfAnother(string Why) : ClaimsOutcome;

    public sealed record Unavailable(string Why) : ClaimsOutcome;
}

/// <summary>Gathers the claims of a session: from the ID token, and from user info where the operator wants that.</summary>
internal sealed class ClaimSources(OidcProviderSettings settings, UserInfoRequest userInfo, ILogger log)
{
    private readonly KeptClaims _kept = new(settings.Claims);

    /// <param name="token">An ID token that is believed.</param>
    /// <param name="accessToken">The access token that came with it.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public async Task<ClaimsOutcome> GatherAsync(VerifiedJwt token, string? accessToken, CancellationToken cancellation)
    {
        if (!settings.Claims.AsksUserInfo)
        {
            return Known(token, null);
        }

        return await userInfo.AskAsync(accessToken, token.Subject!, cancellation) switch
        {
            UserInfoOutcome.Told told => Known(token, told.Claims),
            UserInfoOutcome.OfAnother another => new ClaimsOutcome.OfAnother(another.Why),
            UserInfoOutcome.Refused refused => new ClaimsOutcome.Refused(refused.Why),
            UserInfoOutcome.Unavailable unavailable => new ClaimsOutcome.Unavailable(unavailable.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The same for a session that has claims already: what was said of its login stays, and no trouble of the provider's keeps rights that the new token took away.</summary>
    /// <param name="session">The session as it is.</param>
    /// <param name="token">The new ID token, which is believed.</param>
    /// <param name="accessToken">The access token that came with it.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public async Task<ClaimsOutcome> RenewAsync(Session session, VerifiedJwt token, string? accessToken, CancellationToken cancellation)
    {
        switch (await GatherAsync(token, accessToken, cancellation))
        {
            case ClaimsOutcome.Known known:
                return new ClaimsOutcome.Known(_kept.WithLoginOf(session.Claims, known.Claims));
            case ClaimsOutcome.OfAnother another:
                return another;
            case ClaimsOutcome.Refused { Why: var why }:
                return WithoutUserInfo(session, token, why);
            case ClaimsOutcome.Unavailable { Why: var why }:
                return WithoutUserInfo(session, token, why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private ClaimsOutcome.Known WithoutUserInfo(Session session, VerifiedJwt token, string why)
    {
        log.UserInfoMissing(settings.Name, session.Sid, why);
        JsonElement? before = session.Tokens.IdToken is { } text && UnverifiedJwt.Read(text) is JwtReadOutcome.Read { Jwt.Claims: var claims } ? claims : null;
        return new ClaimsOutcome.Known(_kept.WithLoginOf(session.Claims, _kept.OfTokenAlone(token.Claims, session.Claims, before)));
    }

    private ClaimsOutcome.Known Known(VerifiedJwt token, JsonElement? more)
    {
        // Rules that ask for them refuse: a claim that is missing satisfies nothing. The operator has to learn why.
        if (KeptClaims.LeftOut(token.Claims, more) is { Count: > 0 } names)
        {
            log.ClaimsLeftOut(settings.Name, names.Count, names.Contains("groups", StringComparer.Ordinal));
        }

        return new ClaimsOutcome.Known(_kept.Of(token.Claims, more));
    }
}
