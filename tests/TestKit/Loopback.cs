using System.Net;
using System.Net.Sockets;

namespace AuthProxy.TestKit;

/// <summary>Clients and ports on this machine only.</summary>
public static class Loopback
{
    /// <summary>Ports that nobody listens on, all different.</summary>
    public static IReadOnlyList<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToList();
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    /// <summary>
    /// Connects every *.localhost name to 127.0.0.1, as browsers do (RFC 6761, section 6.3); follows no redirect and keeps no
    /// cookie, so that tests see each answer as it is.
    /// </summary>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = static async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    public static HttpClient Client() => new(Handler()) { Timeout = TimeSpan.FromSeconds(100) };
}
