using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthProxy.Jose.Keys;

internal sealed class EcMaterial : KeyMaterial
{
    private readonly InstancePool<ECDsaSecurityKey> _keys;
    private readonly EcCurve _curve;

    private EcMaterial(EcCurve curve, ECParameters parameters)
    {
        _curve = curve;
        Identity = (byte[])[.. parameters.Q.X!, .. parameters.Q.Y!];
        _keys = new InstancePool<ECDsaSecurityKey>(() => new ECDsaSecurityKey(ECDsa.Create(parameters)));
        _keys.Return(_keys.Rent());
    }

    public override string KeyType => "EC";

    public override ReadOnlyMemory<byte> Identity { get; }

    public override string Curve => _curve.Name;

    /// <summary>A null fault means success.</summary>
    public static string? Create(EcCurve curve, byte[] x, byte[] y, out EcMaterial? material)
    {
        material = null;

        // RFC 7518, 6.2.1.2: a coordinate always has the full length of its curve.
        if (x.Length != curve.CoordinateBytes || y.Length != curve.CoordinateBytes)
        {
            return "its coordinates do not have the length of its curve";
        }

        try
        {
            // Importing checks that the point lies on the curve.
            material = new EcMaterial(curve, new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y } });
            return null;
        }
        catch (CryptographicException)
        {
            return "its point is not on its curve";
        }
    }

    public override bool Fits(JwaAlgorithm algorithm) => algorithm.Curve == _curve;

    public override bool Verify(JwaAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // RFC 7518, 3.4: R and S side by side, each of full length.
        if (signature.Length != _curve.SignatureBytes)
        {
            return false;
        }

        var key = _keys.Rent();
        try
        {
            return key.ECDsa.VerifyData(data, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _keys.Return(key);
        }
    }
}
