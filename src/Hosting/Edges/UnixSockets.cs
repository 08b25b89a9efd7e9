using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AuthProxy.Hosting.Edges;

/// <summary>Unix sockets that nobody but our own user can open, at no moment.</summary>
internal static class UnixSockets
{
    public static Socket Bind(EndPoint endpoint)
    {
        if (endpoint is not UnixDomainSocketEndPoint || OperatingSystem.IsWindows())
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }

        var path = endpoint.ToString()!;
        RemoveStale(path);
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

        // Between bind and listen connections are refused: nobody slips in before the rights are set.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return socket;
    }

    /// <summary>What a killed process left behind is removed; a socket that still answers, or another kind of file, is not.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Binding will say what is wrong.
        }
    }
}
