namespace AuthProxy.Proxy.OpenIdConnect.BackChannel;

/// <summary>A provider's word that somebody logged out there (OpenID Connect Back-Channel Logout 1.0, section 2.4).</summary>
/// <param name="Issuer">Who says so.</param>
/// <param name="Subject">Who logged out; null where only a session is named.</param>
/// <param name="ProviderSid">The provider's session that ended; null where all of the subject's did.</param>
/// <param name="IssuedAt">When the provider said so, by its own clock.</param>
/// <param name="Id">Tells it from every other of this provider.</param>
internal sealed record LogoutToken(string Issuer, string? Subject, string? ProviderSid, DateTimeOffset IssuedAt, string Id)
{
    /// <summary>Whom it is about is nobody's business but the provider's.</summary>
    public override string ToString() => nameof(LogoutToken);
}

/// <summary>What a logout token is worth.</summary>
internal abstract record LogoutTokenOutcome
{
    private LogoutTokenOutcome()
    {
    }

    public sealed record Believed(LogoutToken Token) : LogoutTokenOutcome;

    public sealed record Refused(string Why) : LogoutTokenOutcome;

    /// <summary>The provider's keys cannot be had: whether to believe it cannot be said now.</summary>
    public sealed record Undecided(string Why) : LogoutTokenOutcome;
}
