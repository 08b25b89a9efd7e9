using System.Collections.Concurrent;
using System.Net;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>
/// Signed-in users who keep asking for their own page while servers fail. Every answer is held to what may never happen: somebody else's
/// page, a login for somebody who is signed in, a refusal that does not say when to come again, no answer at all.
/// </summary>
internal sealed class Crowd
{
    /// <summary>Far longer than any time-out on the way; who waits for so long was forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(20);

    private readonly ReplicaWorld _world;
    private readonly IReadOnlyList<(string Subject, string Cookie)> _users;
    private int _served;
    private int _refused;
    private int _cut;

    private Crowd(ReplicaWorld world, IReadOnlyList<(string, string)> users) => (_world, _users) = (world, users);

    /// <summary>Answers with the user's own page.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Answers that asked to come again.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Connections that ended with the process behind them.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>What must never have happened.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    public static async Task<Crowd> SignInAsync(ReplicaWorld world, int users)
    {
        var signedIn = new List<(string, string)>();
        for (var i = 0; i < users; i++)
        {
            using var browser = await world.SignInAsync($"user{i}");
            signedIn.Add(($"user{i}", browser.CookiesOf(world.Address().Authority)["__Host-authproxy"]));
        }

        return new Crowd(world, signedIn);
    }

    /// <summary>Keeps asking until <paramref name="stop"/>, with so many at once.</summary>
    public Task AskAsync(int workers, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => AskAsWorkerAsync(worker, stop), CancellationToken.None)));

    /// <summary>Asks once for each user at one replica; who was not served there, and what the answer was.</summary>
    public async Task<IReadOnlyList<string>> FindUnservedAsync(int replica)
    {
        _world.Replicas.SendTo(replica);
        var unserved = new List<string>();
        using var client = NewClient();
        foreach (var (subject, cookie) in _users)
        {
            using var answer = await client.SendAsync(Request(cookie));
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode != HttpStatusCode.OK || SubjectIn(text) != subject)
            {
                unserved.Add($"{subject} at replica {replica}: {(int)answer.StatusCode}");
            }
        }

        _world.Replicas.SendTo(null);
        return unserved;
    }

    private async Task AskAsWorkerAsync(int worker, CancellationToken stop)
    {
        using var client = NewClient();
        for (var turn = worker; !stop.IsCancellationRequested; turn++)
        {
            var (subject, cookie) = _users[turn % _users.Count];
            try
            {
                using var answer = await client.SendAsync(Request(cookie), CancellationToken.None);
                Judge(subject, answer, await answer.Content.ReadAsStringAsync(CancellationToken.None));
            }
            catch (OperationCanceledException)
            {
                Violations.Enqueue($"{subject} got no answer within {Forgotten.TotalSeconds} s");
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                Interlocked.Increment(ref _cut);
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private void Judge(string subject, HttpResponseMessage answer, string text)
    {
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK when SubjectIn(text) == subject:
                Interlocked.Increment(ref _served);
                break;
            case HttpStatusCode.OK:
                Violations.Enqueue($"{subject} got the page of {SubjectIn(text) ?? "nobody"}");
                break;
            case HttpStatusCode.ServiceUnavailable when answer.Headers.RetryAfter is not null && text.Contains("session-store-unavailable", StringComparison.Ordinal):
                Interlocked.Increment(ref _refused);
                break;
            default:
                Violations.Enqueue($"{subject} got {(int)answer.StatusCode}: {text[..Math.Min(text.Length, 300)]}");
                break;
        }
    }

    private HttpRequestMessage Request(string cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _world.Address("/page"));
        request.Headers.TryAddWithoutValidation("Cookie", $"__Host-authproxy={cookie}");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "cors");
        return request;
    }

    // Short-lived connections, so that everybody meets every replica.
    private static HttpClient NewClient()
    {
        var handler = Loopback.Handler();
        handler.PooledConnectionLifetime = TimeSpan.FromMilliseconds(200);
        return new HttpClient(handler) { Timeout = Forgotten };
    }

    private static string? SubjectIn(string page)
    {
        const string Name = "X-Auth-Subject: ";
        var lines = page.Split('\n').Where(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase)).ToList();
        return lines is [var only] ? only[Name.Length..].Trim() : null;
    }
}
