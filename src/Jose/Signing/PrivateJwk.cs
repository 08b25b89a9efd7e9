using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose.Keys;
using AuthProxy.Jose.Reading;

namespace AuthProxy.Jose.Signing;

/// <summary>The numbers of a private JSON web key (RFC 7518, 6.2.2 and 6.3.2); null where one is missing or no base64url.</summary>
internal static class PrivateJwk
{
    public static ECParameters? ReadEc(JsonElement jwk, out EcCurve? curve)
    {
        curve = StrictJson.TryGetText(jwk, "crv"u8, out var name) ? EcCurve.Find(name) : null;
        return curve is not null
            && JsonWebKeyReader.Bytes(jwk, "x"u8) is { } x && JsonWebKeyReader.Bytes(jwk, "y"u8) is { } y && JsonWebKeyReader.Bytes(jwk, "d"u8) is { } d
                ? new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y }, D = d }
                : null;
    }

    public static RSAParameters? ReadRsa(JsonElement jwk)
    {
        var parameters = new RSAParameters
        {
            Modulus = JsonWebKeyReader.Bytes(jwk, "n"u8),
            Exponent = JsonWebKeyReader.Bytes(jwk, "e"u8),
            D = JsonWebKeyReader.Bytes(jwk, "d"u8),
            P = JsonWebKeyReader.Bytes(jwk, "p"u8),
            Q = JsonWebKeyReader.Bytes(jwk, "q"u8),
            DP = JsonWebKeyReader.Bytes(jwk, "dp"u8),
            DQ = JsonWebKeyReader.Bytes(jwk, "dq"u8),
            InverseQ = JsonWebKeyReader.Bytes(jwk, "qi"u8),
        };
        var complete = parameters is { Modulus: not null, Exponent: not null, D: not null, P: not null, Q: not null, DP: not null, DQ: not null, InverseQ: not null };
        return complete ? parameters : null;
    }
}
