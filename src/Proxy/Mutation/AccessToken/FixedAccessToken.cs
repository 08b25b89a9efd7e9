namespace AuthProxy.Proxy.Mutation.AccessToken;

/// <summary>The same text for everybody, where no provider is asked: rules can then be tried, and no upstream believes it.</summary>
internal sealed class FixedAccessToken(string text) : IAccessTokens
{
    private readonly AccessTokenOutcome.Given _given = new(text);

    public ValueTask<AccessTokenOutcome> ForAsync(ProxiedRequest request, IReadOnlyList<string> audience, CancellationToken cancellation) => new(_given);
}
