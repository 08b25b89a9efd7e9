using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.OpenIdConnect.Clients;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Who this Proxy is at a provider, and how it proves that.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Authentication">How it proves that it is this client; without a secret, a key and an assertion it is a public client.</param>
/// <param name="Secret">Its secret; null where it has none.</param>
/// <param name="Key">The private key that signs its assertions; null where others make them.</param>
/// <param name="Assertion">A file with an assertion that somebody else makes and renews, such as Kubernetes; null where there is none.</param>
/// <param name="AssertionAudience">Whom assertions of ours are for.</param>
/// <param name="AssertionType">The <c>typ</c> of assertions of ours.</param>
internal sealed record OidcClientSettings(
    string Id,
    OidcClientAuthentication Authentication,
    Secret? Secret,
    Secret? Key,
    Secret? Assertion,
    OidcAssertionAudience AssertionAudience,
    string AssertionType)
{
    /// <summary>
    /// Whether one provider could show another the assertion that it was sent, and be this client there: both believe the same key or file, and
    /// nothing in the assertion says for sure which of them it is for. A provider's token endpoint is where its metadata says that it is.
    /// </summary>
    public static bool CouldBeShownAt(OidcClientSettings one, OidcClientSettings other) =>
        one.Id == other.Id
        && (one.Assertion is { File: { } file }
            ? other.Assertion?.File is { } same && Path.GetFullPath(file) == Path.GetFullPath(same)
            : (one.AssertionAudience, other.AssertionAudience) is not (OidcAssertionAudience.Issuer, OidcAssertionAudience.Issuer)
            && one.ThumbprintOfKey is { } thumbprint && thumbprint == other.ThumbprintOfKey);

    private string? ThumbprintOfKey => Key is { } key ? ClientKey.Parse(key.Reveal(), out _)?.Thumbprint : null;
}

internal enum OidcClientAuthentication
{
    Basic,
    Post,
    PrivateKeyJwt,
}

internal enum OidcAssertionAudience
{
    Issuer,
    TokenEndpoint,
}
