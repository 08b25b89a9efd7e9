using AuthProxy.Jose;
using AuthProxy.Proxy.Remotes;

namespace AuthProxy.Proxy.Mutation.IdToken;

/// <summary>All keys that sign ID tokens, one for each address, shared by all rules.</summary>
internal sealed class TokenKeyRings(SigningKeyRing assertionKeys, IRemoteCaller caller, TimeProvider time, ILogger<TokenKeyRings> logger) : IDisposable
{
    private readonly Dictionary<(string Address, TimeSpan Lifetime), TokenKeys> _rings = [];
    private readonly Lock _gate = new();

    public TokenKeys For(string address, TimeSpan lifetime)
    {
        lock (_gate)
        {
            if (!_rings.TryGetValue((address, lifetime), out var ring))
            {
                _rings.Add((address, lifetime), ring = new TokenKeys(address, lifetime, assertionKeys, caller, time, logger));
            }

            return ring;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var ring in _rings.Values)
            {
                ring.Dispose();
            }
        }
    }
}
