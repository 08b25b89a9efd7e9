using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthProxy.Bench;

/// <summary>What three rounds under load showed of one peer; medians.</summary>
internal sealed record Measurement(
    string Name, double CpuMicroseconds, double RequestsPerSecond, double P50Milliseconds, double P99Milliseconds,
    double IdleMegabytes, double LoadedMegabytes, double StartMilliseconds)
{
    private const int Connections = 32;
    private const int WarmingSeconds = 3;
    private const int MostWarmings = 20;
    private const int SteadyWarmings = 3;
    private const double LessThanBest = 0.97;

    /// <summary>Loads each peer in turn, round by round, so that a change in the machine's speed meets all of them.</summary>
    public static async Task<IReadOnlyList<Measurement>> TakeAsync(
        IReadOnlyList<Peer> peers, IReadOnlyList<(string Name, string Value)> headers, int rounds, int seconds)
    {
        var starts = new Dictionary<string, double>();
        var idle = new Dictionary<string, double>();
        foreach (var peer in peers)
        {
            starts[peer.Name] = (await peer.StartAsync(headers)).TotalMilliseconds;
            idle[peer.Name] = peer.ResidentMegabytes();
        }

        foreach (var peer in peers)
        {
            await WarmAsync(peer, headers);
        }

        var all = peers.ToDictionary(peer => peer.Name, _ => new List<Round>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var peer in peers)
            {
                all[peer.Name].Add(await LoadAsync(peer, headers, seconds));
            }
        }

        return [.. peers.Select(peer => new Measurement(
            peer.Name,
            Median(all[peer.Name], round => round.CpuMicroseconds),
            Median(all[peer.Name], round => round.RequestsPerSecond),
            Median(all[peer.Name], round => round.P50),
            Median(all[peer.Name], round => round.P99),
            idle[peer.Name],
            peer.ResidentMegabytes(),
            starts[peer.Name]))];
    }

    /// <summary>
    /// Loads a peer until a request costs no less than it did: while a just-in-time compiler still works beside the load, its work is counted as
    /// the requests'.
    /// </summary>
    private static async Task WarmAsync(Peer peer, IReadOnlyList<(string Name, string Value)> headers)
    {
        var (best, steady) = (double.MaxValue, 0);
        for (var i = 0; i < MostWarmings && steady < SteadyWarmings; i++)
        {
            var cost = (await LoadAsync(peer, headers, WarmingSeconds)).CpuMicroseconds;
            steady = cost < best * LessThanBest ? 0 : steady + 1;
            best = Math.Min(best, cost);
        }
    }

    private static async Task<Round> LoadAsync(Peer peer, IReadOnlyList<(string Name, string Value)> headers, int seconds)
    {
        var before = peer.CpuSeconds();
        var output = await RunWrkAsync(peer, headers, seconds);
        var cpu = peer.CpuSeconds() - before;
        var requests = Number(output, @"(\d+) requests in");
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || requests == 0)
        {
            throw new InvalidOperationException($"{peer.Name} refused requests under load:\n{output}");
        }

        return new Round(cpu / requests * 1e6, Number(output, @"Requests/sec:\s+([\d.]+)"), Latency(output, "50"), Latency(output, "99"));
    }

    private static async Task<string> RunWrkAsync(Peer peer, IReadOnlyList<(string Name, string Value)> headers, int seconds)
    {
        var start = new ProcessStartInfo("wrk",
        [
            "-t1", $"-c{Connections}", $"-d{seconds}s", "--latency",
            .. headers.SelectMany(header => new[] { "-H", $"{header.Name}: {header.Value}" }),
            .. peer.Script is { } script ? (string[])["-s", script] : [],
            $"http://127.0.0.1:{peer.Port}/orders/7",
        ])
        { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output;
    }

    private static double Number(string output, string pattern) =>
        Regex.Match(output, pattern) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static double Latency(string output, string percentile)
    {
        var match = Regex.Match(output, $@"\b{percentile}%\s+([\d.]+)(us|ms|s)");
        var value = match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return match.Groups[2].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }

    private static double Median(List<Round> rounds, Func<Round, double> figure) =>
        rounds.Select(figure).Order().ElementAt(rounds.Count / 2);

    private sealed record Round(double CpuMicroseconds, double RequestsPerSecond, double P50, double P99);
}
