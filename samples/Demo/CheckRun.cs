using System.Diagnostics;
using System.Text;

namespace AuthProxy.Demo;

/// <summary>Starts everything in a fresh folder, walks the story, stops everything.</summary>
internal static class CheckRun
{
    public static async Task<int> RunAsync(DemoOptions options, CancellationToken stop)
    {
        Console.OutputEncoding = Encoding.UTF8;
        var began = Stopwatch.GetTimestamp();
        var addresses = DemoAddresses.Choose(options);
        using var workspace = DemoWorkspace.Prepare(options, addresses);
        var transcript = new Transcript(Console.Out, stop);

        await using (var system = await DemoSystem.StartAsync(workspace, addresses, stop))
        {
            Console.WriteLine($"Everything is up after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s: {addresses.Bank}");
            using var http = LoopbackHttp.Create();
            var cast = new Cast(addresses, workspace, http);
            await LoginChapter.PlayAsync(transcript, cast);
            await TokenChapter.PlayAsync(transcript, cast);
            await TheftChapter.PlayAsync(transcript, cast);
            await TokenizerChapter.PlayAsync(transcript, cast);
            await RulesChapter.PlayAsync(transcript, cast);
            await LogoutChapter.PlayAsync(transcript, cast);
        }

        stop.ThrowIfCancellationRequested();
        if (options.DataFolder is not null)
        {
            Console.WriteLine($"{Environment.NewLine}Configuration, data and logs are in {workspace.Root}");
        }

        Console.WriteLine($"{Environment.NewLine}Took {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s.");
        Console.WriteLine($"{transcript.Passed} passed, {transcript.Failed} failed");
        return transcript.Failed == 0 ? 0 : 1;
    }
}
