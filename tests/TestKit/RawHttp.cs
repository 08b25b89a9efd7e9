using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthProxy.TestKit;

/// <summary>Requests as bytes: clients tidy targets and headers up, attackers do not.</summary>
public static class RawHttp
{
    /// <summary>Sends the text as it is (Latin-1) and returns everything that comes back until the server closes.</summary>
    public static async Task<string> SendAsync(int port, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(patience.Token);
    }

    /// <summary>Sends one GET with this very target.</summary>
    public static Task<string> GetAsync(int port, string host, string target, params string[] headers) =>
        SendAsync(port, $"GET {target} HTTP/1.1\r\nHost: {host}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Connection: close\r\n\r\n");

    /// <summary>The status code of an answer.</summary>
    public static int StatusOf(string answer) =>
        int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
}
