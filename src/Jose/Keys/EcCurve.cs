using System.Security.Cryptography;

namespace AuthProxy.Jose.Keys;

/// <summary>A curve of RFC 7518, 6.2.1.1, with the length of one coordinate.</summary>
internal sealed record EcCurve(string Name, ECCurve Curve, int CoordinateBytes)
{
    public static readonly EcCurve P256 = new("P-256", ECCurve.NamedCurves.nistP256, 32);
    public static readonly EcCurve P384 = new("P-384", ECCurve.NamedCurves.nistP384, 48);
    public static readonly EcCurve P521 = new("P-521", ECCurve.NamedCurves.nistP521, 66);

    public int SignatureBytes => 2 * CoordinateBytes;

    public static EcCurve? Find(string? name) => name switch
    {
        "P-256" => P256,
        "P-384" => P384,
        "P-521" => P521,
        _ => null,
    };
}
