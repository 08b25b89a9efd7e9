namespace AuthProxy.Proxy.Authentication.Tokens;

/// <summary>Which access tokens let their bearer in.</summary>
/// <param name="Issuers">One of these issued it; empty: anybody.</param>
/// <param name="Audiences">All of these are in its audience.</param>
internal sealed record TrustedTokens(IReadOnlyList<string> Issuers, IReadOnlyList<string> Audiences)
{
    /// <summary>A service decides about them, by no rule that is known here.</summary>
    public static readonly TrustedTokens AsServiceSays = new([], []);

    /// <summary>Whether a token of this issuer could be among them; scopes are nothing to rely on, for they are granted one by one.</summary>
    /// <param name="issuer">Who issued it.</param>
    /// <param name="audience">All that it can be meant for; empty: that is not known.</param>
    public bool CouldInclude(string issuer, IReadOnlyList<string> audience) =>
        (Issuers.Count == 0 || Issuers.Contains(issuer)) && (audience.Count == 0 || Audiences.All(audience.Contains));
}
