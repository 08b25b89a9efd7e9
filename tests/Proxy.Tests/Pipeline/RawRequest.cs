using System.Net.Sockets;
using System.Text;

namespace AuthProxy.Proxy.Tests.Pipeline;

/// <summary>Bytes that no HTTP client would send.</summary>
internal static class RawRequest
{
    public static async Task<string> SendAsync(string address, string request)
    {
        var url = new Uri(address);
        using var socket = new TcpClient();
        await socket.ConnectAsync(url.Host, url.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
