using System.Text.Json;
using AuthProxy.Jose.Reading;

namespace AuthProxy.Jose;

/// <summary>
/// A JSON web token (RFC 7519) taken apart strictly, and not verified: nothing in it may be believed.
/// It is for finding out whose keys to ask; hand it to <see cref="JwtVerifier"/> then.
/// </summary>
public sealed class UnverifiedJwt
{
    private UnverifiedJwt(CompactJws jws, JsonElement claims)
    {
        Jws = jws;
        Claims = claims;
    }

    /// <summary>The header's <c>alg</c>.</summary>
    public string Algorithm => Jws.Header.Algorithm;

    /// <summary>The header's <c>kid</c>.</summary>
    public string? KeyId => Jws.Header.KeyId;

    /// <summary>The header's <c>typ</c>, as it was written.</summary>
    public string? Type => Jws.Header.Type;

    /// <summary>The claims, an object without duplicate members.</summary>
    public JsonElement Claims { get; }

    /// <summary>The <c>iss</c> that the token claims, when it is a text.</summary>
    public string? ClaimedIssuer =>
        Claims.TryGetProperty("iss"u8, out var issuer) && issuer.ValueKind == JsonValueKind.String ? issuer.GetString() : null;

    /// <summary>What was signed: header and payload as they came.</summary>
    public ReadOnlyMemory<byte> SigningInput => Jws.SigningInput;

    /// <summary>The signature's bytes.</summary>
    public ReadOnlyMemory<byte> Signature => Jws.Signature;

    internal CompactJws Jws { get; }

    /// <summary>
    /// Reads a compact token: exactly three parts, strict base64url, strict JSON, no critical extensions, nothing encrypted.
    /// </summary>
    /// <param name="compact">The token.</param>
    /// <param name="limits">How large it may be; <see cref="JwtLimits.Default"/> when null.</param>
    public static JwtReadOutcome Read(ReadOnlySpan<char> compact, JwtLimits? limits = null)
    {
        limits ??= JwtLimits.Default;
        if (CompactJws.Read(compact, limits, out var jws) is { } fault)
        {
            return new JwtReadOutcome.Malformed(fault);
        }

        return StrictJson.ParseObject(jws!.Payload, limits.MaxDepth, out var claims) is { } claimsFault
            ? new JwtReadOutcome.Malformed($"the payload {claimsFault}")
            : new JwtReadOutcome.Read(new UnverifiedJwt(jws, claims));
    }
}
