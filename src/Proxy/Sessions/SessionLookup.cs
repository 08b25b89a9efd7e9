namespace AuthProxy.Proxy.Sessions;

/// <summary>What the session cookies of a request are worth.</summary>
internal abstract record SessionLookup
{
    private SessionLookup()
    {
    }

    /// <summary>They open one living session, of whomever.</summary>
    public abstract record Opened(Session Session, CookieSecret Cookie) : SessionLookup;

    /// <summary>They open one living session of somebody who has logged in.</summary>
    public sealed record Live(Session Session, CookieSecret Cookie) : Opened(Session, Cookie);

    /// <summary>They open one living session of a guest. Not <see cref="Live"/>: who asks for a login must not find one here.</summary>
    public sealed record Guest(Session Session, CookieSecret Cookie) : Opened(Session, Cookie);

    /// <summary>There is none, or none that opens a living session on this host.</summary>
    public sealed record None(string Why) : SessionLookup;

    /// <summary>They open different living sessions: one of them was planted, and nobody can say which.</summary>
    public sealed record Ambiguous : SessionLookup;

    public static Opened Of(Session session, CookieSecret cookie) => session.IsGuest ? new Guest(session, cookie) : new Live(session, cookie);
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

    /// <summary>From when on the provider may have vouched for it: its own time, less what its clock may be ahead of ours. Null where nobody did.</summary>
    public DateTimeOffset? VouchedSince { get; init; }

    /// <summary>Whether nobody has logged in at all.</summary>
    public bool IsGuest { get; init; }

    /// <summary>How long the session may last; null: as long as any may.</summary>
    public TimeSpan? Life { get; init; }

    public override string ToString() => nameof(NewSession);
}

/// <summary>Why a session ended; the value of a metric's label.</summary>
internal enum SessionEndReason
{
    Logout,
    Replaced,
    Expired,
    Operator,

    /// <summary>The provider vouches for it no longer.</summary>
    RefreshRefused,

    /// <summary>Its access token has ended, there is no refresh token, and it may not go on without.</summary>
    TokensEnded,

    /// <summary>New tokens could not be stored, and the old ones are used up.</summary>
    TokensLost,

    /// <summary>The provider said so (back-channel logout).</summary>
    Provider,

    /// <summary>It was a bearer's, and that ended.</summary>
    Bearer,

    /// <summary>Somebody ended all that the person had while the login was under way.</summary>
    Overtaken,
}
