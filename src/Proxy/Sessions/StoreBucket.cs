using System.Security.Cryptography;
using System.Text;

namespace AuthProxy.Proxy.Sessions;

/// <summary>
/// One of 64 shares of everything that a store keeps. All of one session lies in one share: a store that is spread over machines finds
/// cookie and session together, in one round trip. A session's bucket is known from its public id; a cookie's secret is drawn until its
/// store key falls into the same one (64 draws on average, at login only), which leaves 250 of its 256 bits to chance.
/// </summary>
internal static class StoreBucket
{
    public const int Count = 64;

    public static int Of(string sid)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(sid), hash);
        return hash[0] % Count;
    }

    public static int Of(StoreKey key) => (int)(key.A % Count);
}
