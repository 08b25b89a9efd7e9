using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Configuration;

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
            UserInfoOutcome.Refused refused => new ClaimsOutcome.Refused(refused.Why),
            UserInfoOutcome.Unavailable unavailable => new ClaimsOutcome.Unavailable(unavailable.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
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
