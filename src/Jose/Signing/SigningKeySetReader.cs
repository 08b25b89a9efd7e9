using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose.Keys;
using AuthProxy.Jose.Reading;
using static AuthProxy.Jose.SigningKeySetOutcome;

namespace AuthProxy.Jose.Signing;

/// <summary>Finds the key that signs in a set, as Oathkeeper's files mean it.</summary>
internal static class SigningKeySetReader
{
    private const int MaxDepth = 16;
    private const int MaxKeys = 100;

    public static SigningKeySetOutcome Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > JsonWebKeySet.MaxBytes)
        {
            return new Faulty($"the key set is longer than {JsonWebKeySet.MaxBytes} bytes");
        }

        if (StrictJson.ParseObject(utf8, MaxDepth, out var json) is { } fault)
        {
            return new Faulty($"the key set {fault}");
        }

        return json.TryGetProperty("keys"u8, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MaxKeys
            ? Read(list)
            : new Faulty($"the key set has no list of keys, or one of more than {MaxKeys}");
    }

    private static SigningKeySetOutcome Read(JsonElement list)
    {
        List<string> skipped = [];
        List<JsonElement> asymmetric = [];
        List<VerificationKey> published = [];
        (JsonElement Jwk, PrivateMaterial Material)? signing = null;
        foreach (var (index, jwk) in list.EnumerateArray().Index())
        {
            if (JsonWebKeyReader.Read(jwk, acceptSecrets: false, out var key) is null)
            {
                published.Add(key!);
                asymmetric.Add(jwk);
            }
            else if (ReadPrivate(jwk, out var material) is { } fault)
            {
                skipped.Add($"keys[{index}]: {fault}");
            }
            else
            {
                signing = signing is null || (published.Count == 0 && !signing.Value.Material.IsSecret) ? (jwk, material!) : signing;
                asymmetric.AddRange(material!.IsSecret ? [] : [jwk]);
            }
        }

        return signing is { } one
            ? new Loaded(SetOf(KeyOf(one.Jwk, one.Material, published), one.Jwk, asymmetric))
            : new Faulty(string.Join("; ", ["the key set has no private key that can sign", .. skipped]));
    }

    // What signs is published by the id it signs under, and once.
    private static SigningKeySet SetOf(SigningKey signing, JsonElement jwk, List<JsonElement> asymmetric) => new(
        signing, [.. asymmetric.Where(other => !JsonElement.DeepEquals(other, jwk) && !(StrictJson.TryGetText(other, "kid"u8, out var id) && id == signing.KeyId))]);

    private static SigningKey KeyOf(JsonElement jwk, PrivateMaterial material, List<VerificationKey> published)
    {
        StrictJson.TryGetText(jwk, "kid"u8, out var own);
        if (material.IsSecret)
        {
            return new SigningKey(material, own);
        }

        var half = material.CreateVerificationKey("");
        return new SigningKey(material, published.Find(key => key.KeyId is not null && key.HasMaterialOf(half))?.KeyId ?? own);
    }

    /// <summary>A null fault means success.</summary>
    private static string? ReadPrivate(JsonElement jwk, out PrivateMaterial? material)
    {
        material = null;
        if (jwk.ValueKind != JsonValueKind.Object || !StrictJson.TryGetText(jwk, "kty"u8, out var type) || !StrictJson.TryGetText(jwk, "kid"u8, out var keyId)
            || !StrictJson.TryGetText(jwk, "use"u8, out var use) || use is not (null or "sig"))
        {
            return "is no key for signatures";
        }

        if (!StrictJson.TryGetText(jwk, "alg"u8, out var name) || name is null || JwaAlgorithm.Find(name) is not { } algorithm)
        {
            return "names no algorithm that is supported (alg)";
        }

        try
        {
            material = type switch
            {
                "EC" when PrivateJwk.ReadEc(jwk, out var curve) is { } ec && algorithm.Curve == curve && EcPrivateMaterial.IsOn(curve!, ec) => new EcPrivateMaterial(ec, curve!),
                "RSA" when algorithm.Family is JwaFamily.RsaPkcs1 or JwaFamily.RsaPss && PrivateJwk.ReadRsa(jwk) is { } rsa && RsaMaterial.Create(rsa.Modulus, rsa.Exponent, out _) is null
                    => new RsaPrivateMaterial(rsa, algorithm),
                "oct" when keyId is not null && JsonWebKeyReader.Bytes(jwk, "k"u8) is { } secret && new OctMaterial(secret).Fits(algorithm) => new OctPrivateMaterial(secret, algorithm),
                _ => null,
            };
            return material is null ? "is not a whole private key that fits its algorithm, or a secret with an id" : Proof(material);
        }
        catch (CryptographicException)
        {
            return "has numbers that do not fit each other";
        }
    }

    // Its first signature, so that no upstream has to find out that the two halves belong to different keys.
    private static string? Proof(PrivateMaterial material)
    {
        Span<byte> signature = stackalloc byte[1024];
        var written = material.Sign("proof"u8, signature);
        return material.CreateVerificationKey("").Verify(material.Algorithm, "proof"u8, signature[..written]) ? null : "signs what its public half does not verify";
    }
}
