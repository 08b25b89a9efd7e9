using System.Net.Sockets;
using System.Text;

namespace AuthProxy.TestKit;

/// <summary>A real redis-server on loopback, as a process of its own.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TestFolder _folder;
    private readonly IReadOnlyList<string> _options;
    private readonly string? _password;
    private readonly bool _answersPlain;

    private RedisServer(int port, TestFolder folder, IReadOnlyList<string> options, string? password, bool answersPlain)
    {
        (Port, _folder, _options, _password, _answersPlain) = (port, folder, options, password, answersPlain);
        Process = Start();
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public RunningProcess Process { get; private set; }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="password">What it wants to hear; null for nothing.</param>
    /// <param name="keepsData">Whether a restart finds what was written, each write before its answer.</param>
    /// <param name="options">More options, as on the command line.</param>
    public static Task<RedisServer> StartAsync(string? password = null, bool keepsData = false, params IReadOnlyList<string> options)
    {
        var port = Loopback.FreePorts(1)[0];
        return StartAsync(["--port", $"{port}", .. options], port, password, keepsData, answersPlain: true);
    }

    /// <summary>Starts a server that speaks TLS only.</summary>
    /// <param name="tls">Files of its certificate, its key and of the authority for clients.</param>
    /// <param name="wantsCertificate">Whether clients must show one of the authority's certificates.</param>
    /// <param name="password">What it wants to hear.</param>
    public static Task<RedisServer> StartTlsAsync((string Certificate, string Key, string Authority) tls, bool wantsCertificate, string? password)
    {
        var port = Loopback.FreePorts(1)[0];
        string[] options =
        [
            "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", tls.Certificate, "--tls-key-file", tls.Key, "--tls-ca-cert-file", tls.Authority,
            "--tls-auth-clients", wantsCertificate ? "yes" : "no",
        ];
        return StartAsync(options, port, password, keepsData: false, answersPlain: false);
    }

    /// <summary>Starts a Sentinel with this configuration.</summary>
    internal static async Task<RedisServer> StartSentinelAsync(int port, TestFolder folder, string configuration, string? password)
    {
        var file = folder.Write($"sentinel-{port}.conf", configuration);
        var sentinel = new RedisServer(port, folder, [file, "--sentinel"], password, answersPlain: true);
        await sentinel.WaitUntilAnswersAsync();
        return sentinel;
    }

    /// <summary>Ends the server as a crash does.</summary>
    public async Task CrashAsync()
    {
        Process.Crash();
        await Process.WaitForExitAsync();
    }

    /// <summary>Starts it again after a crash, on the same port and with the same data.</summary>
    public async Task StartAgainAsync()
    {
        await Process.DisposeAsync();
        Process = Start();
        await WaitUntilAnswersAsync();
    }

    /// <summary>Says a command without TLS and gives the answer as text, one line for each part.</summary>
    public async Task<string> AskAsync(params string[] command)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", Port, patience.Token);
        await using var stream = socket.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (_password is not null)
        {
            await SayAsync(stream, ["AUTH", _password], patience.Token);
            await ReadAsync(reader, patience.Token);
        }

        await SayAsync(stream, command, patience.Token);
        return await ReadAsync(reader, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (_options is not [.., "--sentinel"])
        {
            _folder.Dispose();
        }
    }

    private static async Task<RedisServer> StartAsync(IReadOnlyList<string> options, int port, string? password, bool keepsData, bool answersPlain)
    {
        var folder = new TestFolder();
        List<string> all = ["--bind", "127.0.0.1", "--dir", folder.Path, "--save", "", "--appendonly", keepsData ? "yes" : "no", "--appendfsync", "always", .. options];
        if (password is not null)
        {
            all.AddRange(["--requirepass", password, "--masterauth", password]);
        }

        var server = new RedisServer(port, folder, all, password, answersPlain);
        await server.WaitUntilAnswersAsync();
        return server;
    }

    private RunningProcess Start() => RunningProcess.Start(new ProgramFile("redis-server", []), _options, _folder.Path);

    private async Task WaitUntilAnswersAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await AnswersAsync())
        {
            if (Process.HasExited || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"redis-server on port {Port} does not answer:\n{Process.Output}");
            }

            await Task.Delay(10);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            if (_answersPlain)
            {
                return (await AskAsync("PING")).StartsWith("PONG", StringComparison.Ordinal);
            }

            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return false;
        }
    }

    private static async Task SayAsync(NetworkStream stream, string[] command, CancellationToken cancellation)
    {
        var text = new StringBuilder().Append('*').Append(command.Length).Append("\r\n");
        foreach (var word in command)
        {
            text.Append('$').Append(word.Length).Append("\r\n").Append(word).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(text.ToString()), cancellation);
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var line = await reader.ReadLineAsync(cancellation) ?? throw new IOException("The server closed the connection.");
        switch (line[0])
        {
            case '$' when line != "$-1":
                var text = new char[int.Parse(line.AsSpan(1)) + 2];
                await reader.ReadBlockAsync(text, cancellation);
                return new string(text, 0, text.Length - 2);
            case '*' when line != "*-1":
                var parts = new List<string>();
                for (var rest = int.Parse(line.AsSpan(1)); rest > 0; rest--)
                {
                    parts.Add(await ReadAsync(reader, cancellation));
                }

                return string.Join('\n', parts);
            default:
                return line[1..];
        }
    }
}
