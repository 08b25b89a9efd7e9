using System.Net;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.OpenIdConnect;

/// <summary>
/// Whether browsers would send a session cookie into a vault's frame: only where its host is on the same site as the page around it. Which
/// names are sites is a list of browsers that changes; refused is what is another site by every edition of it.
/// </summary>
internal static class FrameSites
{
    /// <summary>Tells of each vault that is on the site of none of our other hosts.</summary>
    public static void Check(ProxySettings settings, ConfigNode config, ConfigFaults faults)
    {
        var hosts = settings.Serve.Proxy.PublicUrls;
        var vaults = settings.Tokenizer.Vaults.Select(vault => vault.Host).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var pages = hosts.Where(address => !vaults.Contains(address.Host)).ToList();
        foreach (var vault in hosts.Where(address => vaults.Contains(address.Host)))
        {
            if (pages.Count > 0 && !pages.Exists(page => CouldBeSameSite(page, vault)))
            {
                faults.Add(config, $"logs people in on hosts of which none is on the same site as the vault {vault.Origin}: browsers would send no session cookie into its frame; give it a name beside theirs, such as vault.{WithoutFirstLabel(pages[0].HostName)}");
            }
        }
    }

    // A page over https shows no frame over http, and sites differ by scheme.
    private static bool CouldBeSameSite(PublicAddress one, PublicAddress other) =>
        one.Scheme == other.Scheme && SiteOf(one.HostName).Equals(SiteOf(other.HostName), StringComparison.OrdinalIgnoreCase);

    // The last two labels: a site is never shorter, but for names of one label and addresses, each of which is a site of its own.
    private static string SiteOf(string host) =>
        IPAddress.TryParse(host, out _) ? host : string.Join('.', host.Split('.').TakeLast(2));

    private static string WithoutFirstLabel(string host) => host.Split('.') is [_, _, _, ..] labels ? string.Join('.', labels.Skip(1)) : host;
}
