using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;

namespace AuthProxy.Proxy.Configuration;

/// <summary>One OpenID provider that logs people in.</summary>
/// <param name="Name">Its name here: in rules, in the callback's path, in sessions.</param>
/// <param name="Issuer">The provider's issuer, compared character for character; its metadata is found below it.</param>
/// <param name="Client">Who this Proxy is at the provider.</param>
/// <param name="Scopes">What is asked for; <c>openid</c> is always among them.</param>
/// <param name="AllowedAlgorithms">Signatures of ID tokens that are believed.</param>
/// <param name="ClockSkew">Clock difference tolerated between the provider and us.</param>
/// <param name="Timeout">How long one answer of the provider may take.</param>
/// <param name="AuthorizationParameters">Sent along with every authorization request.</param>
/// <param name="PushedAuthorization">Whether requests are pushed to the provider.</param>
/// <param name="AcrValues">How people shall sign in (<c>acr_values</c>), the most wanted first; a wish: only a rule's <c>require</c> insists.</param>
/// <param name="Prompt">What the provider shall ask of them (<c>prompt</c>).</param>
/// <param name="MaximumAge">The longest time since they signed in; then they sign in again. Null: as long as the provider likes.</param>
/// <param name="Claims">What a session knows of the person.</param>
/// <param name="Hosts">The public hosts on which people log in here unless a rule says otherwise.</param>
internal sealed record OidcProviderSettings(
    string Name,
    string Issuer,
    OidcClientSettings Client,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> AllowedAlgorithms,
    TimeSpan ClockSkew,
    TimeSpan Timeout,
    IReadOnlyDictionary<string, string> AuthorizationParameters,
    OidcPushedAuthorization PushedAuthorization,
    IReadOnlyList<string> AcrValues,
    IReadOnlyList<string> Prompt,
    TimeSpan? MaximumAge,
    OidcClaimSettings Claims,
    IReadOnlyList<string> Hosts)
{
    /// <summary>The name of a provider that is written without one; its callback has no name in its path.</summary>
    public const string DefaultName = "default";

    /// <summary>How the tokens of its sessions are kept fresh.</summary>
    public required RefreshSettings Refresh { get; init; }

    /// <summary>Whether the refresh token of a session that ends is revoked (RFC 7009), where the provider offers that.</summary>
    public required bool RevokeTokens { get; init; }

    /// <summary>Whether people log in here on this host of ours unless a rule says otherwise.</summary>
    public bool IsFor(PublicAddress address) =>
        Hosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase) || Hosts.Contains(address.HostName, StringComparer.OrdinalIgnoreCase);

    /// <summary>One of several, under its name.</summary>
    public static readonly Schema<OidcProviderSettings> Schema = Declare.Object<OidcProviderSettings>("provider", "One OpenID provider.", o =>
    {
        var keys = new OidcProviderKeys(o, isOnlyOne: false);
        return read => keys.Read(read, "");
    });
}

internal enum OidcPushedAuthorization
{
    Auto,
    Require,
    Off,
}
