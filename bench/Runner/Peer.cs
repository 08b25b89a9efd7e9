using System.Diagnostics;
using System.Globalization;

namespace AuthProxy.Bench;

/// <summary>A server under measurement: a process, its children, a port on loopback.</summary>
internal sealed class Peer(string name, int port, string command, params string[] arguments) : IDisposable
{
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private Process? _process;

    public string Name => name;

    public int Port => port;

    /// <summary>A script of wrk that says what is asked for; null where the headers say it all.</summary>
    public string? Script { get; init; }

    /// <summary>Starts it and returns how long the first good answer took.</summary>
    public async Task<TimeSpan> StartAsync(params IReadOnlyList<(string Name, string Value)> headers)
    {
        var watch = Stopwatch.StartNew();
        var errors = Run();

        using var client = new HttpClient();
        foreach (var (header, value) in headers)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        }

        while (watch.Elapsed < Patience && !_process!.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
                if (answer.IsSuccessStatusCode)
                {
                    return watch.Elapsed;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(2);
        }

        throw new InvalidOperationException($"{name} does not answer: {(_process!.HasExited ? await errors : "no 200 in time")}");
    }

    /// <summary>Starts it without waiting for an answer; what it says of errors until it ends.</summary>
    public Task<string> Run()
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_GCgen0size"] = "400000";
        start.Environment["DOTNET_TieredCompilation"] = "1";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        return _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Processor time spent so far by the process and its children, those that have ended too.</summary>
    public double CpuSeconds() => Family().Sum(id => Fields(id) is { } fields ? fields[11..15].Sum(Number) / TicksPerSecond : 0);

    /// <summary>Resident memory now, in MB.</summary>
    public double ResidentMegabytes() => Family().Sum(ResidentMegabytes);

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
    }

    private static double ResidentMegabytes(int id) =>
        File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) is { } line
            ? Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024
            : 0;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    // The fields of /proc/PID/stat behind the command's name, which may hold blanks itself.
    private static string[]? Fields(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private IEnumerable<int> Family()
    {
        var parent = _process!.Id;
        yield return parent;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Fields(id) is { } fields && fields[1] == parent.ToString(CultureInfo.InvariantCulture))
            {
                yield return id;
            }
        }
    }
}
