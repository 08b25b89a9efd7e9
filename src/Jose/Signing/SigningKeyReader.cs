using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose.Keys;
using AuthProxy.Jose.Reading;
using static AuthProxy.Jose.SigningKeyOutcome;

namespace AuthProxy.Jose.Signing;

internal static class SigningKeyReader
{
    private const int MaxJwkBytes = 16384;
    private const int MaxDepth = 4;

    public static SigningKeyOutcome FromPem(ReadOnlySpan<char> pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            return new Faulty("there is no PEM block");
        }

        return pem[fields.Label] switch
        {
            "EC PRIVATE KEY" => FromEcPem(pem),
            "RSA PRIVATE KEY" => FromRsaPem(pem),
            // PKCS #8 says inside what it is; whichever type takes it, has it.
            "PRIVATE KEY" => FromEcPem(pem) is Loaded ec ? ec : FromRsaPem(pem),
            _ => new Faulty("the PEM block is no unencrypted private key"),
        };
    }

    public static SigningKeyOutcome FromJwk(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxJwkBytes)
        {
            return new Faulty($"the key is longer than {MaxJwkBytes} bytes");
        }

        if (StrictJson.ParseObject(utf8, MaxDepth, out var jwk) is { } fault)
        {
            return new Faulty($"the key {fault}");
        }

        if (!StrictJson.TryGetText(jwk, "kty"u8, out var type))
        {
            return new Faulty("the key's kty is no text");
        }

        try
        {
            return type switch
            {
                "EC" => FromEcJwk(jwk),
                "RSA" => FromRsaJwk(jwk),
                _ => new Faulty("the key is neither of type EC nor RSA"),
            };
        }
        catch (CryptographicException)
        {
            return new Faulty("the key's numbers do not fit each other");
        }
    }

    private static SigningKeyOutcome FromEcPem(ReadOnlySpan<char> pem)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return FromEc(key.ExportParameters(includePrivateParameters: true));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return new Faulty("the PEM block is no readable EC key");
        }
    }

    private static SigningKeyOutcome FromRsaPem(ReadOnlySpan<char> pem)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            return FromRsa(key.ExportParameters(includePrivateParameters: true));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return new Faulty("the PEM block is no readable EC or RSA key");
        }
    }

    private static SigningKeyOutcome FromEcJwk(JsonElement jwk)
    {
        if (!StrictJson.TryGetText(jwk, "crv"u8, out var name) || EcCurve.Find(name) is not { } curve
            || JsonWebKeyReader.Bytes(jwk, "x"u8) is not { } x || JsonWebKeyReader.Bytes(jwk, "y"u8) is not { } y
            || JsonWebKeyReader.Bytes(jwk, "d"u8) is not { } d)
        {
            return new Faulty("the key lacks crv, x, y or d");
        }

        return FromEc(new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y }, D = d });
    }

    private static SigningKeyOutcome FromRsaJwk(JsonElement jwk)
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
        return complete ? FromRsa(parameters) : new Faulty("the key lacks n, e, d, p, q, dp, dq or qi");
    }

    private static SigningKeyOutcome FromEc(ECParameters parameters) => EcPrivateMaterial.IsSupported(parameters)
        ? new Loaded(new SigningKey(new EcPrivateMaterial(parameters)))
        : new Faulty("the key is not a private key on P-256");

    private static SigningKeyOutcome FromRsa(RSAParameters parameters) =>
        RsaMaterial.Create(parameters.Modulus, parameters.Exponent, out _) is { } fault
            ? new Faulty($"the key cannot be used: {fault}")
            : new Loaded(new SigningKey(new RsaPrivateMaterial(parameters)));
}
