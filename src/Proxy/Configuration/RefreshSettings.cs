using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Sessions;

namespace AuthProxy.Proxy.Configuration;

/// <summary>How the tokens of a provider's sessions are kept fresh: <c>refresh</c>.</summary>
/// <param name="Keep">Which requests have tokens renewed in good time.</param>
/// <param name="Before">How long before its end an access token is renewed; at most a third of its life.</param>
/// <param name="Required">Whether a session whose access token has ended lets nobody in.</param>
/// <param name="Wait">How long a request waits for a new token where the one at hand has ended.</param>
/// <param name="UpdateClaims">Whether the claims of a new ID token take the place of those of the login.</param>
internal sealed record RefreshSettings(RefreshOccasion Keep, TimeSpan Before, bool Required, TimeSpan Wait, bool UpdateClaims)
{
    /// <summary>A token that ends on its way to the upstream arrives as none.</summary>
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);

    public static readonly Schema<RefreshSettings> Schema = Declare.Object<RefreshSettings>("refresh", "How the provider's tokens are kept fresh, where it gives refresh tokens.", o =>
    {
        var keep = o.Choice("keep", "Which requests have tokens renewed before they end: every request of a session, so that a person whom the provider knows no longer "
            + "loses access in time, or only those whose rule passes the access token on.",
            ("used", RefreshOccasion.Used), ("needed", RefreshOccasion.Needed)).Default("used");
        var before = o.Duration("before", "How long before its end an access token is renewed, while requests go on with the one at hand; at most a third of its life.")
            .Default("60s").AtLeast("1s").AtMost("1h");
        var required = o.Boolean("required", "Whether a session ends with its access token where no newer one can be had, and requests wait for one. Without it a session lives until its own limits.")
            .Default(false);
        var wait = o.Duration("wait", "How long a request waits for a new token where the one at hand has ended.").Default("20s").AtLeast("1s").AtMost("1m");
        var claims = o.Boolean("update_claims", "Whether the claims of a new ID token take the place of those of the login.").Default(true);
        return read => new RefreshSettings(read.Get(keep), read.Get(before), read.Get(required), read.Get(wait), read.Get(claims));
    });

    /// <summary>Whether it is time to renew the tokens. Never for an access token whose end the provider does not tell.</summary>
    public bool IsDue(ProviderTokens tokens, DateTimeOffset now) => tokens.AccessTokenExpiresAt is { } end && now >= end - AtMostAThird(Before, tokens);

    /// <summary>Whether the access token is good for nothing any more.</summary>
    public static bool HasEnded(ProviderTokens tokens, DateTimeOffset now) => tokens.AccessTokenExpiresAt is { } end && now >= end - AtMostAThird(LastMoment, tokens);

    private static TimeSpan AtMostAThird(TimeSpan time, ProviderTokens tokens) =>
        tokens.ReceivedAt is { } received && (tokens.AccessTokenExpiresAt - received) / 3 is { } third && third < time ? third : time;
}

internal enum RefreshOccasion
{
    /// <summary>Every request of a session.</summary>
    Used,

    /// <summary>Requests of rules that pass the access token on.</summary>
    Needed,
}
