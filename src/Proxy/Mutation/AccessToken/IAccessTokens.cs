using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <summary>The provider's access tokens of those who are signed in.</summary>
internal interface IAccessTokens
{
    /// <summary>The access token of the session that a request belongs to, good now.</summary>
    /// <param name="request">The request.</param>
    /// <param name="audience">For whom the token may be; empty: for anybody.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    ValueTask<AccessTokenOutcome> ForAsync(ProxiedRequest request, IReadOnlyList<string> audience, CancellationToken cancellation);
}

/// <summary>Whether there is an access token to pass on.</summary>
internal abstract record AccessTokenOutcome
{
    private AccessTokenOutcome()
    {
    }

    public sealed record Given(string Token) : AccessTokenOutcome
    {
        public override string ToString() => nameof(Given);
    }

    public sealed record Refused(Refusal Refusal, string Why) : AccessTokenOutcome;
}
