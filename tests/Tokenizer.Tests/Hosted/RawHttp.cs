using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthProxy.Tokenizer.Tests.Hosted;

/// <summary>Sends what a well-behaved client would not.</summary>
public static class RawHttp
{
    /// <param name="request">Lines are ended with CRLF here; the head's empty line is the caller's.</param>
    public static async Task<Answered> SendAsync(HttpClient to, string request)
    {
        using var client = await ConnectAsync(to);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request.ReplaceLineEndings("\r\n")));
        using var all = new MemoryStream();
        await client.GetStream().CopyToAsync(all).WaitAsync(TimeSpan.FromSeconds(30));
        var text = Encoding.Latin1.GetString(all.ToArray());
        var (head, body) = (text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)], text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        var status = (HttpStatusCode)int.Parse(head.AsSpan(9, 3), provider: null);
        var response = new HttpResponseMessage(status) { Content = new StringContent(body) };
        response.Content.Headers.Clear();
        foreach (var line in head.Split("\r\n").Skip(1))
        {
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            _ = response.Headers.TryAddWithoutValidation(name, value) || response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return new Answered(status, Encoding.Latin1.GetBytes(body), response);
    }

    public static async Task<TcpClient> ConnectAsync(HttpClient to)
    {
        var client = new TcpClient();
        await client.ConnectAsync(to.BaseAddress!.Host, to.BaseAddress.Port);
        return client;
    }
}
