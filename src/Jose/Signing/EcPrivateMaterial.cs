using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose.Keys;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Signing;

internal sealed class EcPrivateMaterial : PrivateMaterial
{
    private static readonly EcCurve Curve = EcCurve.P256;

    private readonly ECParameters _parameters;
    private readonly InstancePool<ECDsaSecurityKey> _keys;

    public EcPrivateMaterial(ECParameters parameters)
    {
        _parameters = parameters;
        _keys = new InstancePool<ECDsaSecurityKey>(() => new ECDsaSecurityKey(ECDsa.Create(parameters)));
        _keys.Return(_keys.Rent());
    }

    public override string Algorithm => JwtAlgorithms.ES256;

    public override int SignatureBytes => Curve.SignatureBytes;

    public static EcPrivateMaterial Generate()
    {
        using var key = ECDsa.Create(Curve.Curve);
        return new EcPrivateMaterial(key.ExportParameters(includePrivateParameters: true));
    }

    public static bool IsSupported(ECParameters parameters) =>
        parameters.D is not null && parameters.Curve.IsNamed && parameters.Q.X?.Length == Curve.CoordinateBytes
        && string.Equals(parameters.Curve.Oid.Value, Curve.Curve.Oid.Value, StringComparison.Ordinal);

    public override VerificationKey CreateVerificationKey(string keyId) =>
        EcMaterial.Create(Curve, _parameters.Q.X!, _parameters.Q.Y!, out var material) is null
            ? new VerificationKey(material!, keyId, Algorithm)
            : throw new CryptographicException("a private key without a usable public half");

    public override void WritePublicMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("crv"u8, Curve.Name);
        writer.WriteString("kty"u8, "EC"u8);
        WriteBytes(writer, "x"u8, _parameters.Q.X);
        WriteBytes(writer, "y"u8, _parameters.Q.Y);
    }

    public override void WritePrivateMembers(Utf8JsonWriter writer) => WriteBytes(writer, "d"u8, _parameters.D);

    public override string ToPem()
    {
        var key = _keys.Rent();
        try
        {
            return key.ECDsa.ExportPkcs8PrivateKeyPem();
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
            return key.ECDsa.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _keys.Return(key);
        }
    }
}
