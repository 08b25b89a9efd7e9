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
            "OPENSSH PRIVATE KEY" => FromOpenSsh(pem[fields.Base64Data], fields.DecodedDataLength),
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

    private static SigningKeyOutcome FromOpenSsh(ReadOnlySpan<char> base64, int length)
    {
        var file = new byte[length];
        try
        {
            if (!Convert.TryFromBase64Chars(base64, file, out _))
            {
                return new Faulty("the OpenSSH key is no base64");
            }

            var fault = OpenSshPrivateKey.Read(file, out var rsa, out var ec);
            return fault is not null ? new Faulty(fault) : ec is { } onCurve ? FromEc(onCurve) : FromRsa(rsa!.Value);
        }
        catch (CryptographicException)
        {
            return new Faulty("the OpenSSH key is damaged");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    private static SigningKeyOutcome FromEcJwk(JsonElement jwk) => PrivateJwk.ReadEc(jwk, out _) is { } parameters
        ? FromEc(parameters)
        : new Faulty("the key lacks crv, x, y or d");

    private static SigningKeyOutcome FromRsaJwk(JsonElement jwk) => PrivateJwk.ReadRsa(jwk) is { } parameters
        ? FromRsa(parameters)
        : new Faulty("the key lacks n, e, d, p, q, dp, dq or qi");

    private static SigningKeyOutcome FromEc(ECParameters parameters) => EcPrivateMaterial.IsOn(EcCurve.P256, parameters)
        ? new Loaded(new SigningKey(new EcPrivateMaterial(parameters, EcCurve.P256)))
        : new Faulty("the key is not a private key on P-256");

    private static SigningKeyOutcome FromRsa(RSAParameters parameters) =>
        RsaMaterial.Create(parameters.Modulus, parameters.Exponent, out _) is { } fault
            ? new Faulty($"the key cannot be used: {fault}")
            : new Loaded(new SigningKey(new RsaPrivateMaterial(parameters)));
}
