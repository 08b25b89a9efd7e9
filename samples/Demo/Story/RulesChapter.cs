using System.Diagnostics;
using System.Globalization;

namespace AuthProxy.Demo;

internal static class RulesChapter
{
    public const string Taken = "taken";
    private const string Kept = "kept";
    private static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);

    public static async Task PlayAsync(Transcript transcript, Cast cast)
    {
        transcript.Chapter("Rules, edited while everything runs");
        var file = Path.Combine(cast.Workspace.BankRules, "closed.yaml");
        await transcript.StepAsync("an edit with a fault is not taken: the last good rules stay, and a metric says so", async stop =>
        {
            // Were it taken, /me would be closed; were the set dropped, everything would be.
            await EditAsync(cast, Kept, () => Put(file, Closed("  authorizers: [denyy]")), stop);
            Transcript.Expect(await MeAsync(cast, stop), 200);
            Transcript.Expect(await cast.StoreAsync(cast.Bob, cast.SecondToken, stop), 403, "grant-missing");
        });
        await transcript.StepAsync("nor is one for a host that the bank's rules may not speak about", async stop =>
        {
            var elsewhere = Closed("  authorizers: [allow]").Replace("bank.app.localhost", "vault.app.localhost", StringComparison.Ordinal);
            await EditAsync(cast, Kept, () => Put(file, elsewhere), stop);
            Transcript.Expect(await cast.Alice.GoAsync(cast.At.Vault + "/me", stop), 404, "rule-missing");
        });
        await transcript.StepAsync("a right edit is live within a second", async stop =>
        {
            var began = Stopwatch.GetTimestamp();
            Put(file, Closed("  authorizers: [deny]"));
            await WaitUntilAsync(async () => await MeAsync(cast, stop) is { Code: 403, Reason: "access-denied" }, "/me is not closed", stop);
            Transcript.Expect(Stopwatch.GetElapsedTime(began) <= ASecond, $"it took {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s");
        });
        await transcript.StepAsync("and so is taking it back", async stop =>
        {
            var began = Stopwatch.GetTimestamp();
            File.Delete(file);
            await WaitUntilAsync(async () => (await MeAsync(cast, stop)).Code == 200, "/me is still closed", stop);
            Transcript.Expect(Stopwatch.GetElapsedTime(began) <= ASecond, $"it took {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s");
        });
        File.Delete(file);

        string Closed(string authorizers) =>
            $$"""
            version: authproxy/v1
            defaults:
              upstream: {{cast.At.BankApplication}}
              authenticators: [oidc]
              mutators: [noop]
            {{authorizers}}
            rules:
              - id: closed
                match: { host: bank.app.localhost, path: /me }

            """;
    }

    /// <summary>Asks again and again for up to two seconds.</summary>
    public static async Task WaitUntilAsync(Func<Task<bool>> isSo, string otherwise, CancellationToken stop)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < 2 * ASecond; await Task.Delay(TimeSpan.FromMilliseconds(40), stop))
        {
            if (await isSo())
            {
                return;
            }
        }

        throw new CheckFailedException($"{otherwise} after 2 s");
    }

    /// <summary>Edits rules, and waits until the Proxy has read them and counted them as taken, or as not taken with the old ones kept.</summary>
    public static async Task EditAsync(Cast cast, string outcome, Action edit, CancellationToken stop)
    {
        var before = await ReloadsAsync(cast, outcome, stop);
        edit();
        await WaitUntilAsync(async () => await ReloadsAsync(cast, outcome, stop) > before, $"no edit was {outcome}", stop);
    }

    /// <summary>Whole or not at all: who reads at the wrong moment must not see half a file.</summary>
    public static void Put(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task<double> ReloadsAsync(Cast cast, string outcome, CancellationToken stop)
    {
        var metrics = await cast.Stranger.FetchAsync(HttpMethod.Get, cast.At.ProxyApi + "/metrics", null, stop);
        Transcript.Expect(metrics, 200);
        return metrics.Body.Split('\n')
            .Where(line => line.StartsWith("authproxy_rules_reloads_total{", StringComparison.Ordinal) && line.Contains($"\"{outcome}\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private static Task<Answer> MeAsync(Cast cast, CancellationToken stop) => cast.Alice.FetchAsync(HttpMethod.Get, cast.At.Bank + "/me", null, stop);
}
