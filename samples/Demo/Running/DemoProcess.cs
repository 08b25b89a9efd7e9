using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AuthProxy.Demo;

/// <summary>One of the demo's processes, with its output in a file of its own.</summary>
internal sealed partial class DemoProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly string? SessionStarter = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "setsid"))
        .FirstOrDefault(File.Exists);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly string _logFile;

    private DemoProcess(string name, Process process, string logFile)
    {
        Name = name;
        _process = process;
        _logFile = logFile;
        _log = new StreamWriter(new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    public string Name { get; }

    public static DemoProcess Start(string name, string project, string assembly, DemoWorkspace workspace, params ReadOnlySpan<string> arguments)
    {
        var program = ProgramOf(project, assembly);

        // In a session of its own a process does not get the terminal's Ctrl-C: all are stopped in order, by this program.
        string[] command = SessionStarter is { } setsid ? [setsid, .. program, .. arguments] : [.. program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = workspace.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Many small processes on one machine: the collector of a desktop program fits them better than that of a server.
        start.Environment["DOTNET_gcServer"] = "0";

        // There is no load balancer that would have to notice before the services stop accepting.
        start.Environment["AUTHPROXY__DRAIN__DELAY"] = "0s";
        start.Environment["TOKENIZER__SERVE__DRAIN__DELAY"] = "0s";
        var process = new DemoProcess(name, new Process { StartInfo = start }, Path.Combine(workspace.Logs, name + ".log"));
        process.Run();
        return process;
    }

    /// <summary>The services as published where AUTHPROXY_PUBLISHED names that folder; else, like the samples, as built beside this program.</summary>
    private static string[] ProgramOf(string project, string assembly)
    {
        if (Environment.GetEnvironmentVariable("AUTHPROXY_PUBLISHED") is { Length: > 0 } published && project.StartsWith("src/", StringComparison.Ordinal))
        {
            return [Existing(Path.Combine(published, assembly, assembly), "./publish.sh")];
        }

        // The same configuration (Release or Debug) that this program was built in, and the same dotnet that runs it.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        return [host, Existing(Path.Combine(DemoWorkspace.Repository, project, "bin", output.Parent!.Name, output.Name, assembly + ".dll"), "./demo.sh")];
    }

    private static string Existing(string program, string script) =>
        File.Exists(program) ? program : throw new DemoException($"{program} is missing; build it with {script}");

    /// <summary>Waits until an address answers 200.</summary>
    public async Task WaitUntilReadyAsync(HttpClient http, string address, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            if (_process.HasExited)
            {
                throw new DemoException($"{Name} ended at its start:{Environment.NewLine}{LastLines()}");
            }

            try
            {
                using var answer = await http.GetAsync(address, cancellation);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(40), cancellation);
        }

        throw new DemoException($"{Name} is not ready after {Patience.TotalSeconds} s ({address}):{Environment.NewLine}{LastLines()}");
    }

    public Task WaitForExitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <summary>Asks the process to end, and only if it does not, ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate(_process);
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Write(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.WriteLine(line);
            }
        }
    }

    private string LastLines()
    {
        lock (_log)
        {
            using var reader = new StreamReader(new FileStream(_logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return string.Join(Environment.NewLine, reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(12));
        }
    }

    private static void Terminate(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill();
        }
        else
        {
            _ = Kill(process.Id, 15);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
