namespace AuthProxy.TestKit;

/// <summary>A real PostgreSQL on loopback, as a process of its own; as user postgres where the tests run as root, which it refuses to be.</summary>
/// <remarks>It does not wait for the disk: what it acknowledged survives a crash of its processes, which is what tests cause, and not of the machine.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string Superuser = "postgres";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Binaries = FindBinaries();
    private readonly TestFolder _folder = new();
    private readonly string? _password;
    private readonly List<string> _options;

    private PostgresServer(string? password, IReadOnlyList<string> options)
    {
        _password = password;
        Port = Loopback.FreePorts(1)[0];
        _options =
        [
            "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder.Path}",
            "-c", "fsync=off", "-c", "full_page_writes=off", .. options,
        ];
    }

    public int Port { get; }

    /// <summary>The server; null before it was first started.</summary>
    public RunningProcess? Process { get; private set; }

    private string Data => Path.Combine(_folder.Path, "data");

    /// <summary>Makes a database cluster, starts a server on it and waits until it answers.</summary>
    /// <param name="password">The superuser's; null where everybody on loopback is let in.</param>
    /// <param name="tls">PEM texts of the server's certificate and key; null for plain text only.</param>
    /// <param name="options">More options, as on the command line.</param>
    public static async Task<PostgresServer> StartAsync(string? password = null, (string Certificate, string Key)? tls = null, params IReadOnlyList<string> options)
    {
        var server = new PostgresServer(password, tls is null ? options : ["-c", "ssl=on", "-c", "ssl_cert_file=server.pem", "-c", "ssl_key_file=server.key", .. options]);
        try
        {
            await server.MakeClusterAsync(tls);
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>How Npgsql finds it.</summary>
    public string ConnectionString(string database = "postgres", string user = Superuser) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={user}" + (_password is null ? "" : $";Password={_password}");

    /// <summary>Runs statements as the superuser; what they answer, a line a row.</summary>
    public Task<string> AskAsync(string sql, string database = "postgres") => RunAsync(
        Path.Combine(Binaries, "psql"), ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{Port}", "-U", Superuser, "-d", database, "-c", sql]);

    /// <summary>Ends all its processes at once, as a crash of its machine does.</summary>
    public async Task CrashAsync()
    {
        Process!.Crash();
        await Process.WaitForExitAsync();
        await Process.DisposeAsync();
    }

    /// <summary>Starts it on the same port and data.</summary>
    public async Task StartAgainAsync()
    {
        Process = RunningProcess.Start(AsPostgres("postgres"), _options, _folder.Path);
        using var patience = new CancellationTokenSource(Patience);
        while (!await AcceptsAsync())
        {
            if (Process.HasExited || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"PostgreSQL on port {Port} does not answer:\n{Process.Output}");
            }

            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task MakeClusterAsync((string Certificate, string Key)? tls)
    {
        var passwordFile = _folder.Write("password", (_password ?? "none") + "\n");
        await GiveAwayAsync(_folder.Path, passwordFile);
        var initdb = AsPostgres("initdb");
        await RunAsync(initdb.Command, [
            .. initdb.Arguments, "-D", Data, "-U", Superuser, "-A", _password is null ? "trust" : "scram-sha-256", "--pwfile", passwordFile,
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        ]);
        if (tls is var (certificate, key))
        {
            var files = new[] { _folder.Write("data/server.pem", certificate), _folder.Write("data/server.key", key) };
            await RunAsync("chmod", ["600", files[1]]);
            await GiveAwayAsync(files);
        }
    }

    private async Task<bool> AcceptsAsync()
    {
        await using var asking = RunningProcess.Start(new ProgramFile(Path.Combine(Binaries, "pg_isready"), []), ["-q", "-h", "127.0.0.1", "-p", $"{Port}"]);
        return await asking.WaitForExitAsync() == 0;
    }

    private async Task<string> RunAsync(string command, IReadOnlyList<string> arguments)
    {
        var environment = new Dictionary<string, string> { ["PGPASSWORD"] = _password ?? "" };
        await using var process = RunningProcess.Start(new ProgramFile(command, []), arguments, Path.GetTempPath(), environment);
        return await process.WaitForExitAsync() == 0 ? process.Output.Trim() : throw new InvalidOperationException($"{Path.GetFileName(command)} failed:\n{process.Output}");
    }

    private async Task GiveAwayAsync(params string[] paths)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", [Superuser, .. paths]);
        }
    }

    private static ProgramFile AsPostgres(string program)
    {
        var path = Path.Combine(Binaries, program);
        return Environment.IsPrivilegedProcess
            ? new ProgramFile("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", path])
            : new ProgramFile(path, []);
    }

    // Debian keeps the programs off the path, one folder a version; elsewhere the path leads to the folder, perhaps by a link to one program.
    private static string FindBinaries()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal) : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => new FileInfo(Path.Combine(folder, "postgres"))).Where(file => file.Exists);
        return debian.Select(version => Path.Combine(version, "bin"))
            .Concat(onPath.Select(file => (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).DirectoryName!))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException("PostgreSQL is not installed (Debian: postgresql).");
    }
}
