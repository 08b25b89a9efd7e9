using System.Net;
using System.Net.Sockets;

namespace AuthProxy.Demo;

/// <summary>An HTTP client that hides nothing (no redirects, no cookies of its own) and finds *.localhost like browsers do.</summary>
internal static class LoopbackHttp
{
    public static HttpClient Create() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
        })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Names below localhost are this machine (RFC 6761, 6.3); not every system's resolver knows that.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        if (host is not ("127.0.0.1" or "localhost") && !host.EndsWith(".localhost", StringComparison.Ordinal))
        {
            throw new HttpRequestException($"The demo talks to this machine only, not to {host}.");
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
