using System.Net;
using System.Net.Sockets;

namespace AuthProxy.TestKit;

/// <summary>Clients and ports on this machine only.</summary>
public static class Loopback
{
    // Below the range that the system takes for outgoing connections: a port found free there could be gone before a server binds it.
    private const int First = 20_000;
    private const int Last = 32_000;
    private static int Next = First + (Environment.ProcessId * 53 % (Last - First - 1000));

    /// <summary>Ports that nobody listens on, all different, none given out before by this process.</summary>
    public static IReadOnlyList<int> FreePorts(int count) => [.. Enumerable.Range(0, count).Select(_ => FreeBase([0]))];

    /// <summary>A port that is free together with the ports at these distances from it.</summary>
    public static int FreeBase(IReadOnlyList<int> distances)
    {
        while (true)
        {
            var candidate = Interlocked.Add(ref Next, distances.Max() + 1) - distances.Max();
            if (candidate > Last)
            {
                throw new InvalidOperationException($"No free ports are left between {First} and {Last}.");
            }

            if (distances.All(distance => IsFree(candidate + distance)))
            {
                return candidate;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
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
