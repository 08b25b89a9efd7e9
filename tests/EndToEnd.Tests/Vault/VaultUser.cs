using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Vault;

/// <summary>Keeps values and reads them again while servers come and go, and remembers what it was promised.</summary>
internal sealed class VaultUser(VaultReplicas replicas, string subject) : IDisposable
{
    private const int SeveralSegments = 200_000;

    private readonly HttpClient _client = new(Loopback.Handler()) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly List<Kept> _kept = [];
    private int _requests;

    /// <summary>What must never be: a value that is not the token's, or only a part of it, or gone.</summary>
    public List<string> Violations { get; } = [];

    public int Stored => _kept.Count(kept => kept.IsAcknowledged);

    /// <summary>Requests that were refused, or broke off.</summary>
    public int Failures { get; private set; }

    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await TryAsync(StoreAsync);
            if (_kept.Count > 0)
            {
                await TryAsync(() => CheckAsync(_kept[RandomNumberGenerator.GetInt32(_kept.Count)]));
            }
        }
    }

    /// <summary>Reads everything again, now that nothing is in the way.</summary>
    public async Task CheckAllAsync()
    {
        foreach (var kept in _kept)
        {
            await CheckAsync(kept);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            Failures++;
            await Task.Delay(20);
        }
    }

    private async Task StoreAsync()
    {
        using var tokenized = await SendJsonAsync("/tokenize", "{}");
        var made = await DataOfAsync(tokenized);
        var value = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(4) == 0 ? SeveralSegments : 32);
        var kept = new Kept(made.GetProperty("tokenId").GetString()!, SHA256.HashData(value), value.Length);
        _kept.Add(kept);

        using var content = new ByteArrayContent(value);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await SendAsync(HttpMethod.Put, PathOf(made, "uploadUrl"), content);
        kept.IsAcknowledged = answer.StatusCode == HttpStatusCode.OK;
        answer.EnsureSuccessStatusCode();
    }

    private async Task CheckAsync(Kept kept)
    {
        using var detokenized = await SendJsonAsync("/detokenize", $$"""{"tokenId":"{{kept.Token}}"}""");
        if (detokenized.StatusCode == HttpStatusCode.NotFound)
        {
            // Its upload may have broken off. The token itself was promised.
            var reason = await ReasonOfAsync(detokenized);
            if (kept.IsAcknowledged || reason != "value-missing")
            {
                Violations.Add($"a value of {kept.Size} bytes is gone: {reason}");
            }

            return;
        }

        using var answer = await SendAsync(HttpMethod.Get, PathOf(await DataOfAsync(detokenized), "downloadUrl"), null);
        answer.EnsureSuccessStatusCode();
        var value = await answer.Content.ReadAsByteArrayAsync();
        if (value.Length != kept.Size || !SHA256.HashData(value).AsSpan().SequenceEqual(kept.Hash))
        {
            Violations.Add($"{value.Length} bytes came where {kept.Size} others were stored");
        }
    }

    private async Task<HttpResponseMessage> SendJsonAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await SendAsync(HttpMethod.Post, path, content);
    }

    private static async Task<JsonElement> DataOfAsync(HttpResponseMessage answer)
    {
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync()).RootElement.GetProperty("data");
    }

    private static async Task<string?> ReasonOfAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync()).RootElement.GetProperty("error").GetProperty("name").GetString();

    // Any replica will do for any request.
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(replicas.AddressOf(_requests++), path)) { Content = content };
        request.Headers.Host = VaultReplicas.Host;
        request.Headers.TryAddWithoutValidation("X-Auth-Assertion", replicas.Assertion(subject));
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        return await _client.SendAsync(request);
    }

    private static string PathOf(JsonElement data, string name) => new Uri(data.GetProperty(name).GetString()!).AbsolutePath;

    private sealed record Kept(string Token, byte[] Hash, int Size)
    {
        public bool IsAcknowledged { get; set; }
    }
}
