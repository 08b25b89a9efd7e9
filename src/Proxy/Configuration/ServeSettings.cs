using System.Net;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Hosting.Edges;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Rules.Loading;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Proxy.Configuration;

/// <summary>The listeners, and what clients may take of them.</summary>
internal sealed record ServeSettings(ProxyListenerSettings Proxy, ListenerSettings Api, AdminListenerSettings Admin, DecisionSettings Decisions, EdgeLimits Limits)
{
    private static readonly Schema<ListenerSettings> ApiSchema = Declare.Object<ListenerSettings>("serve.api", "Probes, metrics and public keys; open to whoever reaches it.", o =>
    {
        var listener = ListenerSettings.DeclareIn(o, 4456);
        o.Accepted("cors", "no browser has anything to ask there");
        return listener;
    });

    public static readonly Schema<ServeSettings> Schema = Declare.Object<ServeSettings>("serve", "The listeners.", o =>
    {
        var proxy = o.Object("proxy", ProxyListenerSettings.Schema, "Where browsers and clients come in.");
        var api = o.Object("api", ApiSchema, "Probes, metrics and public keys; open to whoever reaches it.");
        var admin = o.Object("admin", AdminListenerSettings.Schema, "Where operators speak to the Proxy.");
        var decisions = o.Object("decisions", DecisionSettings.Schema, "Who may ask for decisions about requests that another proxy forwards, and where.");
        var limits = o.Object("limits", EdgeLimits.Schema, "What clients may take.");
        o.Accepted("prometheus", "there is no listener for metrics alone; they are at /metrics of serve.api");
        return read =>
        {
            var settings = new ServeSettings(read.Get(proxy), read.Get(api), read.Get(admin), read.Get(decisions), read.Get(limits));
            foreach (var objection in settings.Decisions.Objections(settings.Api))
            {
                read.Fault(decisions, objection);
            }

            return settings;
        };
    });
}

/// <summary>Where browsers and clients come in.</summary>
/// <param name="Enabled">Whether there is such a listener; without it only decisions are given.</param>
/// <param name="Listener">Address, ports and TLS.</param>
/// <param name="PublicUrls">Every address under which browsers know this Proxy.</param>
/// <param name="TrustedNetworks">Peers whose X-Forwarded-For, -Host and -Proto are believed.</param>
/// <param name="AccessLog">Whether every decision is logged; refusals always are.</param>
/// <param name="ReservedPrefix">What the paths of our own endpoints begin with.</param>
/// <param name="Cors">Which pages of other origins may read answers, where a rule does not say so itself; null: none of our affair.</param>
internal sealed record ProxyListenerSettings(
    bool Enabled, ListenerSettings Listener, IReadOnlyList<PublicAddress> PublicUrls, IReadOnlyList<IPNetwork> TrustedNetworks, bool AccessLog, string ReservedPrefix, CorsPolicy? Cors)
{
    public static readonly Schema<ProxyListenerSettings> Schema = Declare.Object<ProxyListenerSettings>("serve.proxy", "Where browsers and clients come in.", o =>
    {
        var enabled = o.Boolean("enabled", "Whether there is such a listener; without it the Proxy only gives decisions, and nobody can log in.").Default(true);
        var listener = ListenerSettings.DeclareIn(o, 4455, requireTls: true);
        var publicUrls = o.List("public_urls", PublicUrl.Schema, "Every address under which browsers know this Proxy; scheme and host of rules, redirects and return addresses.")
            .Must(list => list.Select(address => address.Host).Distinct(StringComparer.OrdinalIgnoreCase).Count() == list.Count,
                "name each host once; the host alone decides which address a request came in on");
        var trusted = o.List("trusted_networks", Declare.Network, "Peers whose X-Forwarded-For, -Host and -Proto are believed; without the key nobody's.");
        var accessLog = o.Boolean("access_log", "Whether every decision is logged; refusals always are.").Default(true);
        var prefix = o.Text("reserved_prefix", "What the paths of the Proxy's own endpoints begin with; no rule matches below it.").Default("/.authproxy/")
            .Must(text => text.Length > 2 && text[0] == '/' && text[^1] == '/' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') && !text.Contains("//", StringComparison.Ordinal),
                "begin and end with a slash, with letters, digits, '.', '-' and '_' between");
        var trustEverybody = o.Boolean("trust_forwarded_headers", "Oathkeeper's switch, which believes every peer; here trusted_networks says whom to believe.").Default(false);
        var cors = o.Object("cors", CorsSchema.OfListener, "Which pages of other origins may read answers, where a rule does not say so itself.");
        return read =>
        {
            if (read.Get(trustEverybody) && read.Get(trusted).Count == 0)
            {
                read.Warn(trustEverybody, "believes nobody's X-Forwarded headers here, because whoever reaches the port could write them; name the proxies in front under trusted_networks, such as [10.0.0.0/8]");
            }

            return new ProxyListenerSettings(read.Get(enabled), listener(read), read.Get(publicUrls), read.Get(trusted), read.Get(accessLog), read.Get(prefix), read.Get(cors));
        };
    });
}

/// <summary>Where operators speak to the Proxy: a unix socket in its own volume.</summary>
/// <param name="Enabled">Whether there is such a listener.</param>
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
