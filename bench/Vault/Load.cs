using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthProxy.Bench.Vault;

/// <summary>What the rounds of one kind of load showed; medians.</summary>
/// <param name="PerSecond">Transactions of pgbench, requests to the Tokenizer.</param>
/// <param name="TokenizerCpu">Microseconds of processor time a request; 0 for pgbench.</param>
/// <param name="DatabaseCpu">Microseconds of PostgreSQL's a request.</param>
internal sealed record Figures(string Name, double PerSecond, double TokenizerCpu, double DatabaseCpu, double P50Milliseconds, double P99Milliseconds);

/// <summary>All loads in turn, round by round, so that a change in the machine's speed meets all of them.</summary>
internal sealed class Load(string folder, Cluster database, VaultWorld world, TimeSpan round)
{
    public const string Insert = "pgbench, insert of a row";
    public const string Select = "pgbench, select of a row";
    public const string Tokenize = "tokenize";
    public const string Detokenize = "detokenize";
    public const string Batch = "100 grants verified";

    private const int Connections = 64;

    private readonly string _seconds = ((int)round.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    public async Task<IReadOnlyDictionary<string, Figures>> MeasureAsync(int rounds)
    {
        var loads = new Dictionary<string, Func<Task<Figures>>>
        {
            [Insert] = () => BenchAsync(Insert, "-f", Write("insert.sql", """
                \set aid random(1, 1000000)
                INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, :aid, 1, CURRENT_TIMESTAMP);
                """)),
            [Tokenize] = () => AskAsync(Tokenize, world.UsersPort, UserScript("tokenize", Enumerable.Range(0, world.Tokens.Length).Select(user => $"{user} {{}}"))),
            [Select] = () => BenchAsync(Select, "-S"),
            [Detokenize] = () => AskAsync(Detokenize, world.UsersPort, UserScript("detokenize", world.Tokens.SelectMany((tokens, user) =>
                tokens.Select(token => $$"""{{user}} {"tokenId":"{{token}}"}""")))),
            [Batch] = () => AskAsync(Batch, world.ServicesPort, BatchScript()),
        };
        var all = loads.Keys.ToDictionary(name => name, _ => new List<Figures>());
        foreach (var load in loads.Values)
        {
            _ = await load();
        }

        for (var i = 0; i < rounds; i++)
        {
            foreach (var (name, load) in loads)
            {
                all[name].Add(await load());
            }
        }

        return all.ToDictionary(pair => pair.Key, pair => Median(pair.Value));
    }

    private async Task<Figures> BenchAsync(string name, params string[] script)
    {
        var before = database.CpuSeconds();
        var output = await database.BenchAsync(["-n", "-M", "prepared", "-c", $"{Connections}", "-j", "1", "-T", _seconds, .. script]);
        var rate = Number(output, @"tps = ([\d.]+)");
        return new Figures(name, rate, 0, (database.CpuSeconds() - before) / Number(output, @"processed: (\d+)") * 1e6, Number(output, @"latency average = ([\d.]+)"), 0);
    }

    private async Task<Figures> AskAsync(string name, int port, string script)
    {
        var (tokenizer, postgres) = (world.CpuSeconds(), database.CpuSeconds());
        using var wrk = Process.Start(new ProcessStartInfo(
            "wrk", ["-t1", $"-c{Connections}", $"-d{_seconds}s", "--latency", "--timeout", "20s", "-s", script, $"http://127.0.0.1:{port}/"])
        { RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var requests = Number(output, @"(\d+) requests in");
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal) || requests == 0)
        {
            throw new InvalidOperationException($"{name}: requests were refused under load:\n{output}");
        }

        return new Figures(
            name, Number(output, @"Requests/sec:\s+([\d.]+)"), (world.CpuSeconds() - tokenizer) / requests * 1e6, (database.CpuSeconds() - postgres) / requests * 1e6,
            Latency(output, "50"), Latency(output, "99"));
    }

    /// <param name="requests">The number of a user, a blank and a body, a line each.</param>
    private string UserScript(string path, IEnumerable<string> requests)
    {
        var assertions = Write("assertions.txt", string.Join('\n', Enumerable.Range(0, world.Tokens.Length).Select(world.Assertion)) + "\n");
        var list = Write($"{path}.txt", string.Join('\n', requests) + "\n");
        return Write($"{path}.lua", $$"""
            local assertions, users, bodies = {}, {}, {}
            for line in io.lines("{{assertions}}") do assertions[#assertions + 1] = line end
            for line in io.lines("{{list}}") do
              local user, body = line:match("^(%d+) (.*)$")
              users[#users + 1], bodies[#bodies + 1] = tonumber(user) + 1, body
            end
            local headers = { ["Host"] = "{{VaultWorld.Host}}", ["Content-Type"] = "application/json", ["Sec-Fetch-Site"] = "same-origin" }
            request = function()
              local at = math.random(#users)
              headers["X-Auth-Assertion"] = assertions[users[at]]
              return wrk.format("POST", "/{{path}}", headers, bodies[at])
            end

            """);
    }

    private string BatchScript()
    {
        var list = Write("batches.txt", string.Join('\n', Enumerable.Range(0, world.Tokens.Length).Select(world.BatchOf)) + "\n");
        return Write("batches.lua", $$"""
            local bodies = {}
            for line in io.lines("{{list}}") do bodies[#bodies + 1] = line end
            local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer {{world.SidecarToken()}}" }
            request = function() return wrk.format("POST", "/v1/grants/verify", headers, bodies[math.random(#bodies)]) end

            """);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static Figures Median(List<Figures> rounds) => new(
        rounds[0].Name, Median(rounds, one => one.PerSecond), Median(rounds, one => one.TokenizerCpu), Median(rounds, one => one.DatabaseCpu),
        Median(rounds, one => one.P50Milliseconds), Median(rounds, one => one.P99Milliseconds));

    private static double Median(List<Figures> rounds, Func<Figures, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);

    private static double Number(string output, string pattern) =>
        Regex.Match(output, pattern) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static double Latency(string output, string percentile)
    {
        var match = Regex.Match(output, $@"\b{percentile}%\s+([\d.]+)(us|ms|s)");
        var value = match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return match.Groups[2].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }
}
