using System.Net;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Configuration;

/// <summary>Plain HTTP is for the loopback of one machine; everywhere else somebody may listen in.</summary>
internal static class Loopback
{
    /// <summary>Whether a host name or address is this machine's own (RFC 6761, section 6.3 for <c>localhost</c> and names below it).</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether what is said to this address could be read on the way.</summary>
    public static bool CouldBeRead(Uri url) => url.Scheme == Uri.UriSchemeHttp && !IsLoopback(url.IdnHost);

    public static void RequireHttpsElsewhere(ObjectReading read, Setting setting, Uri? url)
    {
        if (url is not null && CouldBeRead(url))
        {
            read.Fault(setting, "is plain http to another machine; write https (plain http is for loopback only)");
        }
    }
}
