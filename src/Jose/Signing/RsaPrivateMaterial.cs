using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose.Keys;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Signing;

internal sealed class RsaPrivateMaterial : PrivateMaterial
{
    private readonly JwaAlgorithm _algorithm;
    private readonly RSAParameters _parameters;
    private readonly InstancePool<RsaSecurityKey> _keys;

    public RsaPrivateMaterial(RSAParameters parameters)
        : this(parameters, JwaAlgorithm.Find(JwtAlgorithms.RS256)!)
    {
    }

    public RsaPrivateMaterial(RSAParameters parameters, JwaAlgorithm algorithm)
    {
        _algorithm = algorithm;
        _parameters = parameters;
        _keys = new InstancePool<RsaSecurityKey>(() => new RsaSecurityKey(RSA.Create(parameters)));
        _keys.Return(_keys.Rent());
    }

    public override string Algorithm => _algorithm.Name;

    public override int SignatureBytes => _parameters.Modulus!.Length;

    public static RsaPrivateMaterial Generate()
    {
        using var key = RSA.Create(RsaMaterial.MinimumBits);
        return new RsaPrivateMaterial(key.ExportParameters(includePrivateParameters: true));
    }

    public override VerificationKey CreateVerificationKey(string keyId) =>
        RsaMaterial.Create(_parameters.Modulus, _parameters.Exponent, out var material) is { } fault
            ? throw new CryptographicException(fault)
            : new VerificationKey(material!, keyId, Algorithm);

    public override void WritePublicMembers(Utf8JsonWriter writer)
    {
        WriteBytes(writer, "e"u8, _parameters.Exponent);
        writer.WriteString("kty"u8, "RSA"u8);
        WriteBytes(writer, "n"u8, _parameters.Modulus);
    }

    public override void WritePrivateMembers(Utf8JsonWriter writer)
    {
        WriteBytes(writer, "d"u8, _parameters.D);
        WriteBytes(writer, "p"u8, _parameters.P);
        WriteBytes(writer, "q"u8, _parameters.Q);
        WriteBytes(writer, "dp"u8, _parameters.DP);
        WriteBytes(writer, "dq"u8, _parameters.DQ);
        WriteBytes(writer, "qi"u8, _parameters.InverseQ);
    }

    public override string ToPem()
    {
        var key = _keys.Rent();
        try
        {
            return key.Rsa.ExportPkcs8PrivateKeyPem();
        }
        finally
        {
            _keys.Return(key);
        }
    }

    public override int Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var key = _keys.Rent();
        try
        {
            return key.Rsa.SignData(data, signature, _algorithm.Hash, _algorithm.Padding);
        }
        finally
        {
            _keys.Return(key);
        }
    }
}
