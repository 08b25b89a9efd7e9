using System.Diagnostics;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Authentication.ClientCredentials;

/// <summary>What a token endpoint's answer comes down to.</summary>
internal abstract record ClientAnswer
{
    private ClientAnswer()
    {
    }

    /// <summary>It gave a token, which nobody needs: the credentials are good.</summary>
    /// <param name="Life">How long the token would have lived; null where the endpoint does not say.</param>
    public sealed record Known(TimeSpan? Life) : ClientAnswer;

    /// <summary>It did not.</summary>
    /// <param name="Refusal">What the client may know.</param>
    /// <param name="Why">For the operator.</param>
    public sealed record Refused(Refusal Refusal, string Why) : ClientAnswer
    {
        /// <summary>What the endpoint said of its limits.</summary>
        public RateLimitHeaders RateLimit { get; init; } = RateLimitHeaders.None;
    }

    public static ClientAnswer Read(RemoteOutcome outcome) => outcome switch
    {
        RemoteOutcome.Answered { Status: StatusCodes.Status200OK } good => ClientCredentialsGrant.Read(good.Body) is { } token
            ? new Known(token.Life)
            : new Refused(ProxyRefusals.CredentialsInvalid, "the token endpoint answered 200 without a token"),
        RemoteOutcome.Answered answered => new Refused(RefusalOf(answered.Status), $"the token endpoint answered with status {answered.Status}")
        {
            RateLimit = RateLimitHeaders.From(answered.Headers),
        },
        RemoteOutcome.Unanswered unanswered => new Refused(ProxyRefusals.CheckUnavailable, $"the token endpoint: {unanswered.Why}"),
        _ => throw new UnreachableException(),
    };

    // Oathkeeper's answers, one for one.
    private static Refusal RefusalOf(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => ProxyRefusals.RateLimited,
        StatusCodes.Status503ServiceUnavailable => ProxyRefusals.CheckUnavailable,
        StatusCodes.Status500InternalServerError => ProxyRefusals.CheckFailed,
        StatusCodes.Status504GatewayTimeout => ProxyRefusals.CheckTimeout,
        StatusCodes.Status404NotFound => ProxyRefusals.CheckEndpointMissing,
        _ => ProxyRefusals.CredentialsInvalid,
    };
}
