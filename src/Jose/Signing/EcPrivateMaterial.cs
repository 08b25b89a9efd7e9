using System.Security.Cryptography;
using System.Text.Json;
using AuthProxy.Jose.Keys;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Signing;

internal sealed class EcPrivateMaterial : PrivateMaterial
{
    private readonly EcCurve _curve;
    private readonly JwaAlgorithm _algorithm;
    private readonly ECParameters _parameters;
    private readonly InstancePool<ECDsaSecurityKey> _keys;

    public EcPrivateMaterial(ECParameters parameters, EcCurve curve)
    {
        _curve = curve;
        _algorithm = JwaAlgorithm.Of(curve);
        _parameters = parameters;
        _keys = new InstancePool<ECDsaSecurityKey>(() => new ECDsaSecurityKey(ECDsa.Create(parameters)));
        _keys.Return(_keys.Rent());
    }

    public override string Algorithm => _algorithm.Name;

    public override int SignatureBytes => _curve.SignatureBytes;

    public static EcPrivateMaterial Generate()
    {
        using var key = ECDsa.Create(EcCurve.P256.Curve);
        return new EcPrivateMaterial(key.ExportParameters(includePrivateParameters: true), EcCurve.P256);
    }

    /// <summary>Whether these are a private key on this curve.</summary>
    public static bool IsOn(EcCurve curve, ECParameters parameters) =>
        parameters.D is not null && parameters.Curve.IsNamed && parameters.Q.X?.Length == curve.CoordinateBytes
        && string.Equals(parameters.Curve.Oid.Value, curve.Curve.Oid.Value, StringComparison.Ordinal);

    public override VerificationKey CreateVerificationKey(string keyId) =>
        EcMaterial.Create(_curve, _parameters.Q.X!, _parameters.Q.Y!, out var material) is null
            ? new VerificationKey(material!, keyId, Algorithm)
            : throw new CryptographicException("a private key without a usable public half");

    public override void WritePublicMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("crv"u8, _curve.Name);
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
            return key.ECDsa.SignData(data, signature, _algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _keys.Return(key);
        }
    }
}
