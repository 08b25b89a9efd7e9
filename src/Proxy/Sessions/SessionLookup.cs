namespace AuthProxy.Proxy.Sessions;

/// <summary>What the session cookies of a request are worth.</summary>
internal abstract record SessionLookup
{
    private SessionLookup()
    {
    }

    /// <summary>They open one living session.</summary>
    public sealed record Live(Session Session, CookieSecret Cookie) : SessionLookup;

    /// <summary>There is none, or none that opens a living session on this host.</summary>
    public sealed record None(string Why) : SessionLookup;

    /// <summary>They open different living sessions: one of them was planted, and nobody can say which.</summary>
    public sealed record Ambiguous : SessionLookup;
}

/// <summary>What a login has found out, from which a session is made.</summary>
internal sealed record NewSession(
    string Issuer,
    string SubjectId,
    System.Text.Json.JsonElement Claims,
    ProviderTokens Tokens,
    string? ProviderSid,
    DateTimeOffset? AuthenticatedAt)
{
    /// <inheritdoc cref="Session.Provider"/>
    public string Provider { get; init; } = Configuration.OidcProviderSettings.DefaultName;

    /// <inheritdoc cref="Session.Acr"/>
    public string? Acr { get; init; }

    public override string ToString() => nameof(NewSession);
}

/// <summary>Why a session ended; the value of a metric's label.</summary>
internal enum SessionEndReason
{
    Logout,
    Replaced,
    Expired,
    Operator,
}
