using System.Diagnostics.CodeAnalysis;
using System.Net;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Edges;

/// <summary>One place where requests come in, in Oathkeeper's keys and a few of ours.</summary>
/// <param name="Host">An address, <c>localhost</c>, or <c>*</c> for all.</param>
/// <param name="Port">0 takes a free one.</param>
/// <param name="H2cPort">A second port for HTTP/2 without TLS: the server cannot tell it from HTTP/1.1 on one port.</param>
/// <param name="Socket">A unix socket in place of host and port.</param>
public sealed record ListenerSettings(string Host, int Port, int? H2cPort = null, string? Socket = null, TlsSettings? Tls = null)
{
    private static readonly Schema<string> HostSchema = Declare.Scalar<string>("host", "an address", ParseHost);

    public bool IsLoopback => Socket is not null || Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>A listener with these keys and no others.</summary>
    public static Schema<ListenerSettings> Schema(string name, string sentence, int defaultPort, bool requireTls = false) =>
        Declare.Object<ListenerSettings>(name, sentence, o => DeclareIn(o, defaultPort, requireTls));

    /// <summary>Adds a listener's keys to a section that has more of its own.</summary>
    /// <param name="requireTls">Whether plain HTTP outside loopback is a fault.</param>
    public static Func<ObjectReading, ListenerSettings> DeclareIn(ObjectDeclaration o, int defaultPort, bool requireTls = false)
    {
        var host = o.Value("host", HostSchema, "Address to listen on: an IP address, localhost, or * for all.").Default("127.0.0.1");
        var port = o.Integer("port", "Port to listen on; 0 takes a free one.").Default(defaultPort).AtLeast(0).AtMost(65535);
        var h2c = o.Integer("h2c_port", "A further port for HTTP/2 without TLS, such as gRPC inside a pod.").AtLeast(0).AtMost(65535).Optional();
        var socket = o.Path("socket", "A unix socket in place of host and port; only our own user may open it.").Optional();
        var tls = o.Object("tls", TlsSettings.Schema, "Certificate and key; without them plain HTTP.").Optional();
        o.Accepted("timeout", "times are set under serve.limits");
        return read =>
        {
            var settings = new ListenerSettings(read.Get(host), read.Get(port), read.Get(h2c), read.Get(socket), read.Get(tls));
            if (settings.Socket is not null && (read.IsGiven(host) || read.IsGiven(port) || read.IsGiven(h2c) || read.IsGiven(tls)))
            {
                read.Fault(socket, "stands in place of host, port, h2c_port and tls; remove those");
            }

            if (requireTls && !settings.IsLoopback && settings.Tls is null)
            {
                read.Fault(host, $"is {settings.Host} without TLS; give tls, or listen on 127.0.0.1");
            }

            if (requireTls && !settings.IsLoopback && settings.H2cPort is not null)
            {
                read.Fault(h2c, "is without TLS, which is for loopback only");
            }

            return settings;
        };
    }

    private static bool ParseHost(string text, [MaybeNullWhen(false)] out string value, [NotNullWhen(false)] out string? why)
    {
        // Oathkeeper's word for all addresses is none.
        value = text.Length == 0 ? "*" : text.Trim('[', ']');
        why = "write an IP address, localhost, or * for all";
        return value is "localhost" or "*" || IPAddress.TryParse(value, out _);
    }
}
