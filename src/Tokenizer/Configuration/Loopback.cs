using System.Net;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Tokenizer.Configuration;

/// <summary>Plain HTTP is for one machine talking to itself.</summary>
internal static class Loopback
{
    public static void RequireHttpsElsewhere(ObjectReading read, Setting setting, Uri? url)
    {
        if (url is not null && url.Scheme == Uri.UriSchemeHttp && !IsLoopback(url.IdnHost))
        {
            read.Fault(setting, "is plain http to another machine; write https (plain http is for loopback only)");
        }
    }

    // localhost and the names below it are this machine (RFC 6761, 6.3).
    public static bool IsLoopback(string host) =>
        host is "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
