using System.Text.Json;
using AuthProxy.Jose.Reading;

namespace AuthProxy.Jose.Keys;

/// <summary>One key of a set. A null fault means success; the fault says why the key is left out.</summary>
internal static class JsonWebKeyReader
{
    public static string? Read(JsonElement jwk, bool acceptSecrets, out VerificationKey? key)
    {
        key = null;
        if (jwk.ValueKind != JsonValueKind.Object)
        {
            return "is not an object";
        }

        if (!StrictJson.TryGetText(jwk, "kty"u8, out var type) || !StrictJson.TryGetText(jwk, "kid"u8, out var keyId)
            || !StrictJson.TryGetText(jwk, "alg"u8, out var algorithm))
        {
            return "has a kty, kid or alg that is no text";
        }

        if (UseFault(jwk) is { } unused)
        {
            return unused;
        }

        KeyMaterial? material = null;
        var fault = type switch
        {
            "RSA" => ReadRsa(jwk, out material),
            "EC" => ReadEc(jwk, out material),
            "oct" when acceptSecrets => ReadSecret(jwk, out material),
            "oct" => "is a secret, and a secret does not belong in a public set",
            _ => "is of a type that is not supported",
        };
        if (fault is not null)
        {
            return fault;
        }

        if (algorithm is not null && (JwaAlgorithm.Find(algorithm) is not { } known || !material!.Fits(known)))
        {
            return "names an algorithm that does not fit it";
        }

        key = new VerificationKey(material!, keyId, algorithm);
        return null;
    }

    /// <summary>The bytes of a member in strict base64url, or null.</summary>
    public static byte[]? Bytes(JsonElement jwk, ReadOnlySpan<byte> member) =>
        StrictJson.TryGetText(jwk, member, out var text) && text is not null && StrictBase64Url.TryDecode(text, out var bytes) ? bytes : null;

    private static string? UseFault(JsonElement jwk)
    {
        if (!StrictJson.TryGetText(jwk, "use"u8, out var use) || use is not (null or "sig"))
        {
            return "is not for signatures";
        }

        if (!jwk.TryGetProperty("key_ops"u8, out var operations))
        {
            return null;
        }

        var verifies = operations.ValueKind == JsonValueKind.Array
            && operations.EnumerateArray().Any(o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify"u8));
        return verifies ? null : "is not for verifying";
    }

    private static string? ReadRsa(JsonElement jwk, out KeyMaterial? material)
    {
        material = null;
        if (IsPrivate(jwk))
        {
            return "is private, and a private key that was published proves nothing";
        }

        if (Bytes(jwk, "n"u8) is not { } modulus || Bytes(jwk, "e"u8) is not { } exponent)
        {
            return "lacks its modulus or exponent";
        }

        var fault = RsaMaterial.Create(modulus, exponent, out var rsa);
        material = rsa;
        return fault;
    }

    private static string? ReadEc(JsonElement jwk, out KeyMaterial? material)
    {
        material = null;
        if (IsPrivate(jwk))
        {
            return "is private, and a private key that was published proves nothing";
        }

        if (!StrictJson.TryGetText(jwk, "crv"u8, out var name) || EcCurve.Find(name) is not { } curve)
        {
            return "is on a curve that is not supported";
        }

        if (Bytes(jwk, "x"u8) is not { } x || Bytes(jwk, "y"u8) is not { } y)
        {
            return "lacks a coordinate";
        }

        var fault = EcMaterial.Create(curve, x, y, out var ec);
        material = ec;
        return fault;
    }

    private static string? ReadSecret(JsonElement jwk, out KeyMaterial? material)
    {
        material = null;
        if (Bytes(jwk, "k"u8) is not { Length: >= 32 } secret)
        {
            return "is a secret of less than 32 bytes";
        }

        material = new OctMaterial(secret);
        return null;
    }

    private static bool IsPrivate(JsonElement jwk) => jwk.TryGetProperty("d"u8, out _);
}
