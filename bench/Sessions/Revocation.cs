using System.Diagnostics;

namespace AuthProxy.Bench.Sessions;

/// <summary>How long after a logout on one replica another goes on serving the session, in milliseconds from sending the logout and from its answer.</summary>
internal sealed record Revocation(double FromSendingP50, double FromSendingP99, double FromAnswerP99, double Longest, int Trials)
{
    public static async Task<Revocation> MeasureAsync(Peer ends, Peer serves, IEnumerable<string> cookies)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var trials = new List<(double FromSending, double FromAnswer)>();
        foreach (var cookie in cookies)
        {
            while (await AskAsync(client, serves, HttpMethod.Get, "/orders/7", cookie) != 200)
            {
                await Task.Delay(10);
            }

            trials.Add(await TryAsync(client, ends, serves, cookie));
        }

        return new Revocation(
            At(trials, trial => trial.FromSending, 0.50),
            At(trials, trial => trial.FromSending, 0.99),
            At(trials, trial => trial.FromAnswer, 0.99),
            trials.Max(trial => trial.FromSending),
            trials.Count);
    }

    private static async Task<(double FromSending, double FromAnswer)> TryAsync(HttpClient client, Peer ends, Peer serves, string cookie)
    {
        var watch = Stopwatch.StartNew();
        var answered = TimeSpan.Zero;
        var logout = LogOutAsync();
        while (await AskAsync(client, serves, HttpMethod.Get, "/orders/7", cookie) == 200)
        {
            await Task.Yield();
        }

        var known = watch.Elapsed;
        await logout;
        return (known.TotalMilliseconds, Math.Max(0, (known - answered).TotalMilliseconds));

        async Task LogOutAsync()
        {
            if (await AskAsync(client, ends, HttpMethod.Post, "/.authproxy/logout", cookie) is var status && status != 204)
            {
                throw new InvalidOperationException($"logout was answered {status}");
            }

            answered = watch.Elapsed;
        }
    }

    private static async Task<int> AskAsync(HttpClient client, Peer peer, HttpMethod method, string target, string cookie)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{peer.Port}{target}"));
        request.Headers.Host = SessionWorld.Host;
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "cors");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "empty");
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static double At(List<(double FromSending, double FromAnswer)> trials, Func<(double FromSending, double FromAnswer), double> figure, double part) =>
        trials.Select(figure).Order().ElementAt((int)Math.Ceiling(part * trials.Count) - 1);
}
