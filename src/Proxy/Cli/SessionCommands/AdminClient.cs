using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Jose.Reading;
using AuthProxy.Proxy.Admin;
using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Cli.SessionCommands;

/// <summary>Asks a running Proxy over its admin socket.</summary>
internal sealed class AdminClient : IDisposable
{
    private const int LongestAnswer = 4 * 1024 * 1024;
    private const int MaximumDepth = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;

    private AdminClient(string socket) => _http = new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://admin"),
        MaxResponseContentBufferSize = LongestAnswer,
        Timeout = Patience,
    };

    /// <summary>Opens the socket that was named, or that the configuration names; asks, and says what went wrong.</summary>
    public static async Task<int> AskAsync(
        CommandArguments arguments, CommandConsole console, Func<AdminClient, CancellationToken, Task<int>> ask, CancellationToken cancellation)
    {
        if ((arguments[SessionOptions.Socket] ?? SocketIn(arguments[SessionOptions.Config], console)) is not { } socket)
        {
            return ExitCodes.Configuration;
        }

        using var client = new AdminClient(Path.GetFullPath(socket));
        try
        {
            return await ask(client, cancellation);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or AdminException && !cancellation.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync($"authproxy: {socket}: {fault.Message}");
            return ExitCodes.Unavailable;
        }
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    public Task<JsonElement> PostAsync(string path, string json, CancellationToken cancellation) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, MediaTypeNames.Application.Json) }, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var answer = await _http.SendAsync(request, cancellation);
        request.Dispose();
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new AdminException((int)answer.StatusCode == StatusCodes.Status404NotFound
                ? "this Proxy keeps no sessions (no provider is configured)"
                : $"the Proxy answered with status {(int)answer.StatusCode}");
        }

        return StrictJson.ParseObject(body, MaximumDepth, out var json) is null ? json : throw new AdminException("the answer is not what a Proxy answers");
    }

    private static string? SocketIn(string? path, CommandConsole console)
    {
        var document = ConfigDocument.Load(path, "AUTHPROXY", ConfigDocument.ProcessEnvironment());
        if (document.Read(ProxySettings.Schema) is { } settings)
        {
            if (AdminListener.Settings(settings)?.Socket is { } socket)
            {
                return socket;
            }

            console.Error.WriteLine("authproxy: serve.admin is switched off; there is nobody to ask");
            return null;
        }

        foreach (var fault in document.Faults)
        {
            console.Error.WriteLine(fault);
        }

        return null;
    }
}

/// <summary>The Proxy answered, and not what was hoped for.</summary>
internal sealed class AdminException(string message) : Exception(message);
