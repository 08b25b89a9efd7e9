using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose;
using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Keys;

/// <summary>The keys that this workload signs with, and the realm's secret for bearers.</summary>
internal sealed record ProxyKeys(SigningKeyRing Signing, BearerKey Bearer)
{
    /// <summary>Null, with the faults told, where they can neither be read nor made.</summary>
    public static ProxyKeys? Load(string folder, ConfigFaults faults)
    {
        var signing = KeyMaterial.LoadSigningKeys(folder, out var signingFault);
        var bearer = KeyMaterial.LoadBearerKey(folder, out var bearerFault);
        foreach (var fault in new[] { signingFault, bearerFault }.OfType<string>())
        {
            faults.Add(new ConfigFault(folder, 0, "data_folder", fault));
        }

        return signing is null || bearer is null ? null : new ProxyKeys(signing, bearer);
    }
}
