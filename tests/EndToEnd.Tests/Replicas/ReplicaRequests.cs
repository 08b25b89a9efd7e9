using System.Net.Http.Json;
using System.Text.Json;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Replicas;

/// <summary>Asks one replica, past the balancer, with a browser's cookies.</summary>
internal sealed class ReplicaRequests(ReplicaWorld world) : IDisposable
{
    private readonly HttpClient _client = Loopback.Client();

    public Task<HttpResponseMessage> GetAsync(int replica, UserAgent browser) => SendAsync(replica, HttpMethod.Get, "/page", CookiesOf(browser));

    public Task<HttpResponseMessage> GetAsync(int replica, string cookies) => SendAsync(replica, HttpMethod.Get, "/page", cookies);

    public Task<HttpResponseMessage> LogOutAsync(int replica, UserAgent browser) =>
        SendAsync(replica, HttpMethod.Post, "/.authproxy/logout", CookiesOf(browser));

    public async Task<int> StatusAsync(int replica, UserAgent browser)
    {
        using var answer = await GetAsync(replica, browser);
        return (int)answer.StatusCode;
    }

    /// <summary>The public id of a browser's session, as the application is told it.</summary>
    public async Task<string> SidAsync(UserAgent browser)
    {
        using var answer = await GetAsync(0, browser);
        const string Name = "X-Auth-Session: ";
        return (await answer.Content.ReadAsStringAsync()).Split('\n').Single(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase))[Name.Length..].Trim();
    }

    /// <summary>The mode that a ready replica says its sessions are in.</summary>
    public async Task<string?> ModeAsync(int replica)
    {
        var health = await _client.GetFromJsonAsync<JsonElement>(new Uri(world.Replicas.Replicas[replica].ApiAddress, "/health/ready"));
        return health.GetProperty("sessions").GetString();
    }

    public async Task<string> MetricsAsync(int replica) =>
        await _client.GetStringAsync(new Uri(world.Replicas.Replicas[replica].ApiAddress, "/metrics"));

    public async Task UntilModeAsync(string mode)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var replica = 0; replica < world.Replicas.Replicas.Count; replica++)
        {
            while (await ModeAsync(replica) != mode)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private string CookiesOf(UserAgent browser) =>
        string.Join("; ", browser.CookiesOf(world.Address().Authority).Select(cookie => $"{cookie.Key}={cookie.Value}"));

    private Task<HttpResponseMessage> SendAsync(int replica, HttpMethod method, string target, string cookies)
    {
        var request = new HttpRequestMessage(method, new Uri(world.Replicas.Replicas[replica].Address, target));
        request.Headers.Host = world.Address().Authority;
        foreach (var (name, value) in new[]
        {
            ("Cookie", cookies), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Site", "same-origin"),
            ("Origin", world.Address().GetLeftPart(UriPartial.Authority)),
        })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _client.SendAsync(request);
    }
}
