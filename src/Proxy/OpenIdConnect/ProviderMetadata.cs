using System.Text.Json;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>What a provider says of itself (OpenID Connect Discovery 1.0, section 3), checked.</summary>
/// <param name="AuthorizationEndpoint">Where the browser goes to log in.</param>
/// <param name="TokenEndpoint">Where a code is exchanged.</param>
/// <param name="KeysAddress">Where its keys are.</param>
/// <param name="EndSessionEndpoint">Where the browser goes to log out, if there is such a place.</param>
/// <param name="PushedAuthorizationEndpoint">Where requests may be pushed (RFC 9126, section 5), if there is such a place.</param>
/// <param name="RequiresPushedAuthorization">Whether it takes no others.</param>
/// <param name="UserInfoEndpoint">Where more is told of who has logged in, if there is such a place.</param>
/// <param name="RevocationEndpoint">Where tokens are revoked (RFC 8414, section 2, and RFC 7009), if there is such a place.</param>
/// <param name="NamesItselfInResponses">Whether it puts <c>iss</c> into every authorization response (RFC 9207): then it must be there.</param>
internal sealed record ProviderMetadata(
    Uri AuthorizationEndpoint, Uri TokenEndpoint, Uri KeysAddress, Uri? EndSessionEndpoint, Uri? PushedAuthorizationEndpoint,
    bool RequiresPushedAuthorization, Uri? UserInfoEndpoint, Uri? RevocationEndpoint, bool NamesItselfInResponses)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Null, and why, for a document that is not this issuer's or cannot be used.</summary>
    public static ProviderMetadata? Read(ReadOnlyMemory<byte> document, string issuer, out string why)
    {
        try
        {
            using var json = JsonDocument.Parse(document, Options);
            return Read(json.RootElement, issuer, out why);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            why = "the discovery document is not the JSON that it should be";
            return null;
        }
    }

    private static ProviderMetadata? Read(JsonElement root, string issuer, out string why)
    {
        // Section 4.3: exactly the issuer that was asked for, or one provider could speak for another.
        if (Text(root, "issuer") != issuer)
        {
            why = "the discovery document is of another issuer";
            return null;
        }

        var plain = issuer.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        if (Address(root, "authorization_endpoint", plain) is not { } authorization
            || Address(root, "token_endpoint", plain) is not { } token
            || Address(root, "jwks_uri", plain) is not { } keys)
        {
            why = "the discovery document lacks an https address for authorization_endpoint, token_endpoint or jwks_uri";
            return null;
        }

        if (root.TryGetProperty("code_challenge_methods_supported", out var methods)
            && !methods.EnumerateArray().Any(method => method.ValueKind == JsonValueKind.String && method.ValueEquals("S256")))
        {
            why = "the provider does not support PKCE with S256";
            return null;
        }

        why = "";
        return new ProviderMetadata(
            authorization, token, keys, Address(root, "end_session_endpoint", plain), Address(root, "pushed_authorization_request_endpoint", plain),
            IsTrue(root, "require_pushed_authorization_requests"), Address(root, "userinfo_endpoint", plain),
            Address(root, "revocation_endpoint", plain),
            IsTrue(root, "authorization_response_iss_parameter_supported"));
    }

    private static bool IsTrue(JsonElement root, string name) => root.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Plain http is for a provider on this machine; another one must not send us to services of this machine by it.
    private static Uri? Address(JsonElement root, string name, bool allowPlain) =>
        Uri.TryCreate(Text(root, name), UriKind.Absolute, out var url)
        && (url.Scheme == "https" || (allowPlain && url.Scheme == "http")) && !Loopback.CouldBeRead(url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
            ? url
            : null;
}
