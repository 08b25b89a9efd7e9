using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;

namespace AuthProxy.IdentityProvider;

/// <summary>The provider's signing key, made anew at each start: whoever trusts it learns to follow a change of keys.</summary>
internal sealed class ProviderKeys(ProviderOptions options, TimeProvider clock)
{
    private readonly SigningKey _key = SigningKey.Generate(JwtAlgorithms.RS256);

    public void WriteJwks(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        _key.WritePublicJwk(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public string SignIdToken(CodeGrant grant, string accessToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return JwtSigner.Sign(_key, "JWT", claims =>
        {
            claims.WriteString("iss", options.Issuer);
            claims.WriteString("aud", ProviderOptions.ClientId);
            claims.WriteNumber("iat", now);
            claims.WriteNumber("exp", now + 300);
            claims.WriteNumber("auth_time", grant.LoggedInAt.ToUnixTimeSeconds());
            claims.WriteString("sid", grant.SessionId);
            claims.WriteString("at_hash", LeftHalfOfHash(accessToken));
            if (grant.Nonce is not null)
            {
                claims.WriteString("nonce", grant.Nonce);
            }

            grant.User.WriteClaims(claims);
        });
    }

    /// <summary>Is this an ID token of ours for this session? Its time may be over: it only says which session is meant.</summary>
    public bool IsIdTokenOf(ProviderSession session, string hint) =>
        UnverifiedJwt.Read(hint) is JwtReadOutcome.Read { Jwt: var jwt }
        && _key.VerificationKey.Verify(jwt.Algorithm, jwt.SigningInput.Span, jwt.Signature.Span)
        && jwt.Claims.TryGetProperty("sid", out var sid)
        && sid.ValueEquals(session.SessionId);

    /// <summary>OpenID Connect Core, 3.1.3.6.</summary>
    private static string LeftHalfOfHash(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)).AsSpan(0, 16));
}
