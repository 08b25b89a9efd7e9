using System.Net;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Addresses;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The listeners.</summary>
internal sealed record ServeSettings(ProxyListenerSettings Proxy, ApiListenerSettings Api, AdminListenerSettings Admin)
{
    public static readonly Schema<ServeSettings> Schema = Declare.Object<ServeSettings>("serve", "The listeners.", o =>
    {
        var proxy = o.Object("proxy", ProxyListenerSettings.Schema, "Where browsers and clients come in.");
        var api = o.Object("api", ApiListenerSettings.Schema, "Probes, metrics and public keys; open to whoever reaches it.");
        var admin = o.Object("admin", AdminListenerSettings.Schema, "Where operators speak to the Proxy.");
        o.Accepted("prometheus", "metrics are at /metrics of serve.api");
        return read => new ServeSettings(read.Get(proxy), read.Get(api), read.Get(admin));
    });
}

/// <summary>Where browsers and clients come in.</summary>
/// <param name="Host">The address to listen on.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
/// <param name="H2cPort">A port for HTTP/2 without TLS, which cannot share one with HTTP/1.1; null: none.</param>
/// <param name="PublicUrls">Every address under which browsers know this Proxy.</param>
/// <param name="TrustedNetworks">Peers whose X-Forwarded-For, -Host and -Proto are believed.</param>
/// <param name="AccessLog">Whether every decision is logged; refusals always are.</param>
internal sealed record ProxyListenerSettings(
    string Host, int Port, int? H2cPort, IReadOnlyList<PublicAddress> PublicUrls, IReadOnlyList<IPNetwork> TrustedNetworks, bool AccessLog)
{
    /// <summary>What the paths of our own endpoints begin with.</summary>
    public string ReservedPrefix { get; init; } = "/.authproxy/";

    public static readonly Schema<ProxyListenerSettings> Schema = Declare.Object<ProxyListenerSettings>("serve.proxy", "Where browsers and clients come in.", o =>
    {
        var host = o.Text("host", "The address to listen on.").Default("127.0.0.1");
        var port = o.Integer("port", "The port.").Default(4455).AtLeast(0).AtMost(65535);
        var h2cPort = o.Integer("h2c_port", "A port for HTTP/2 without TLS (gRPC); without the key none.").AtLeast(0).AtMost(65535).Optional();
        var publicUrls = o.List("public_urls", PublicUrl.Schema, "Every address under which browsers know this Proxy; scheme and host of rules, redirects and return addresses.");
        var trusted = o.List("trusted_networks", Declare.Network, "Peers whose X-Forwarded-For, -Host and -Proto are believed; without the key nobody's.");
        var accessLog = o.Boolean("access_log", "Whether every decision is logged; refusals always are.").Default(true);
        var prefix = o.Text("reserved_prefix", "What the paths of the Proxy's own endpoints begin with; no rule matches below it.").Default("/.authproxy/")
            .Must(text => text.Length > 2 && text[0] == '/' && text[^1] == '/' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') && !text.Contains("//", StringComparison.Ordinal),
                "begin and end with a slash, with letters, digits, '.', '-' and '_' between");
        o.Refused("trust_forwarded_headers", "a switch would believe everybody; name the peers under trusted_networks");
        return read => new ProxyListenerSettings(read.Get(host), read.Get(port), read.Get(h2cPort), read.Get(publicUrls), read.Get(trusted), read.Get(accessLog)) { ReservedPrefix = read.Get(prefix) };
    });
}

/// <summary>Probes, metrics and public keys.</summary>
internal sealed record ApiListenerSettings(string Host, int Port)
{
    public static readonly Schema<ApiListenerSettings> Schema = Declare.Object<ApiListenerSettings>("serve.api", "Probes, metrics and public keys; open to whoever reaches it.", o =>
    {
        var host = o.Text("host", "The address to listen on.").Default("127.0.0.1");
        var port = o.Integer("port", "The port.").Default(4456).AtLeast(0).AtMost(65535);
        return read => new ApiListenerSettings(read.Get(host), read.Get(port));
    });
}

/// <summary>Where operators speak to the Proxy: a unix socket in its own volume.</summary>
/// <param name="Socket">The socket's path; null: <c>admin.sock</c> in the data folder.</param>
internal sealed record AdminListenerSettings(bool Enabled, string? Socket)
{
    public static readonly Schema<AdminListenerSettings> Schema = Declare.Object<AdminListenerSettings>("serve.admin", "Where operators speak to the Proxy.", o =>
    {
        var enabled = o.Boolean("enabled", "Whether there is such a listener.").Default(true);
        var socket = o.Path("socket", "The unix socket's path; without the key admin.sock in the data folder.").Optional();
        return read => new AdminListenerSettings(read.Get(enabled), read.Get(socket));
    });
}

/// <summary>One public URL: scheme and host, nothing behind them.</summary>
internal static class PublicUrl
{
    public static readonly Schema<PublicAddress> Schema = Declare.Url().Select<Uri, PublicAddress>((url, node, faults) =>
    {
        if (url.AbsolutePath != "/" || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            faults.Add(node, "holds more than scheme, host and port");
            return null;
        }

        if (Loopback.CouldBeRead(url))
        {
            faults.Add(node, "is plain http outside loopback; write https, session cookies are sent over nothing else");
            return null;
        }

        return new PublicAddress(url.Scheme, url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}");
    });
}
