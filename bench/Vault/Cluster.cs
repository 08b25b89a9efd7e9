using System.Diagnostics;

namespace AuthProxy.Bench.Vault;

/// <summary>A PostgreSQL on loopback that waits for the disk, as in production; as user postgres where the run is root's, which it refuses to be.</summary>
internal sealed class Cluster : IDisposable
{
    private const string Superuser = "postgres";

    // Many pages must be found in the run's memory, and checkpoints must not fall into single rounds.
    private static readonly string[] Settings =
        ["listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=15min"];

    private readonly string _folder;
    private readonly Peer _server;

    private Cluster(string folder)
    {
        (_folder, Port) = (folder, FreePort());
        var (command, arguments) = AsPostgres("postgres");
        _server = new Peer("PostgreSQL", Port, command,
        [
            .. arguments, "-D", Data, "-p", $"{Port}", "-c", $"unix_socket_directories={folder}", .. Settings.SelectMany(setting => new[] { "-c", setting }),
        ]);
    }

    public int Port { get; }

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Database=postgres;Username={Superuser}";

    private string Data => Path.Combine(_folder, "data");

    public static async Task<Cluster> StartAsync(string folder)
    {
        var cluster = new Cluster(folder);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", [Superuser, folder]);
        }

        var (command, arguments) = AsPostgres("initdb");
        await RunAsync(command, [.. arguments, "-D", cluster.Data, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
        _ = cluster._server.Run();
        while (!await IsUpAsync(cluster))
        {
            await Task.Delay(50);
        }

        await cluster.BenchAsync("-i", "-q", "-s", "10");
        return cluster;
    }

    public double CpuSeconds() => _server.CpuSeconds();

    /// <summary>Runs pgbench; what it prints.</summary>
    public Task<string> BenchAsync(params string[] arguments) =>
        RunAsync("pgbench", ["-h", "127.0.0.1", "-p", $"{Port}", "-U", Superuser, .. arguments, "postgres"]);

    public Task<string> AskAsync(string sql) =>
        RunAsync("psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{Port}", "-U", Superuser, "-d", "postgres", "-c", sql]);

    /// <summary>
    /// Adds tokens, with a value, a grant and two lines of the audit each, until there are as many: rows like those that are there, under
    /// random keys. Nobody asks for them; they are what makes tables and indexes large.
    /// </summary>
    public async Task FillAsync(int tokens)
    {
        await AskAsync($"""
            CREATE TEMPORARY TABLE more AS
            SELECT n, substr(sha256('row' || n::text::bytea), 1, 16) AS row_id, sha256('lookup' || n::text::bytea) AS lookup, substr(sha256('try' || n::text::bytea), 1, 16) AS attempt
            FROM generate_series(1, {tokens} - (SELECT COUNT(*) FROM tokens)) AS n;
            INSERT INTO tokens (row_id, lookup, lookup_version, master_version, salt, box, realm, application, owner, owner_version, attempt, segments, size, created_at)
            SELECT more.row_id, more.lookup, lookup_version, master_version, sha256(more.lookup), box, realm, application, owner, owner_version, more.attempt, segments, size, created_at
            FROM more, (SELECT * FROM tokens WHERE attempt IS NOT NULL LIMIT 1) AS one;
            INSERT INTO segments (attempt, number, data) SELECT more.attempt, 0, data FROM more, (SELECT data FROM segments LIMIT 1) AS one;
            INSERT INTO grants (session, token, expires_at)
            SELECT sha256('session' || (n / 100)::text::bytea), more.row_id, expires_at FROM more, (SELECT MAX(expires_at) AS expires_at FROM grants) AS one;
            INSERT INTO audit_lines (chain, sequence, line)
            SELECT substr(sha256('chain'), 1, 16), n, line FROM generate_series(1, 2 * {tokens}) AS n, (SELECT line FROM audit_lines LIMIT 1) AS one
            """);
        await AskAsync("VACUUM ANALYZE");
        await AskAsync("CHECKPOINT");
    }

    public void Dispose() => _server.Dispose();

    public static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> IsUpAsync(Cluster cluster)
    {
        try
        {
            return await cluster.AskAsync("SELECT 1") == "1\n";
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static (string Command, string[] Arguments) AsPostgres(string program)
    {
        // Debian keeps the server's programs off the path, one folder a version.
        var debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).LastOrDefault() : null;
        var path = debian is null ? program : Path.Combine(debian, "bin", program);
        return Environment.IsPrivilegedProcess ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", path]) : (path, []);
    }

    private static async Task<string> RunAsync(string command, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{command} failed:\n{await errors}");
    }
}
