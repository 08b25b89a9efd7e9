using System.Net;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Tokenizer.Tests.Hosted;

/// <summary>An answer with its body, and what it says where it is a refusal.</summary>
public sealed record Answered(HttpStatusCode Status, byte[] Body, HttpResponseMessage Response)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public JsonElement Data => Json.GetProperty("data");

    public string Text => Encoding.UTF8.GetString(Body);

    public string? Reason =>
        Json.TryGetProperty("error", out var error) ? error.GetProperty("name").GetString()
        : Json.TryGetProperty("type", out var type) ? type.GetString()!.Split(':')[^1]
        : null;

    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values) ? string.Join(',', values) : null;

    /// <summary>Every refusal has the form of its address: problem details under /v1, and what all of LunaDefend's clients can read elsewhere.</summary>
    public void IsRefused(int status, string reason)
    {
        Assert.Equal((status, reason), ((int)Status, Reason));
        Assert.Equal("no-store", Header("Cache-Control"));
        if (Response.RequestMessage?.RequestUri?.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal) ?? Json.TryGetProperty("type", out _))
        {
            Assert.Equal("application/problem+json", Header("Content-Type"));
            Assert.Equal(status, Json.GetProperty("status").GetInt32());
            return;
        }

        Assert.False(Json.GetProperty("success").GetBoolean());
        var error = Json.GetProperty("error");
        Assert.Equal(reason, error.GetProperty("errorName").GetString());
        Assert.Equal(error.GetProperty("message").GetString(), error.GetProperty("errorMessage").GetString());
        Assert.Equal("application/json", Header("Content-Type"));
    }

    public Answered IsGood()
    {
        Assert.True(Response.IsSuccessStatusCode, $"{(int)Status} {Text}");
        return this;
    }
}

/// <summary>Calls as browsers' gateways, sidecars and backends make them.</summary>
public static class Calls
{
    public static async Task<Answered> SendAsync(this HttpClient client, HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead);
        return new Answered(response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response);
    }

    public static StringContent Json(string text, string type = "application/json") => new(text, Encoding.UTF8, type);

    /// <summary>A user's JSON request, as the gateway forwards it from the vault's own page.</summary>
    public static Task<Answered> PostAsync(this VaultHost host, Person person, string path, string json, params (string Name, string Value)[] headers) =>
        host.Users.SendAsync(HttpMethod.Post, path, Json(json), [("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", Mint.Assertion(host, person)), .. headers]);

    public static Task<Answered> AsApplicationAsync(this VaultHost host, string path, string json) =>
        host.Services.SendAsync(HttpMethod.Post, path, Json(json), ("Authorization", Mint.ApplicationToken(host)));

    /// <summary>A nightly job of the bank's.</summary>
    public static Task<Answered> AsJobAsync(this VaultHost host, string path, string json, params (string Name, string Value)[] headers) =>
        host.Services.SendAsync(HttpMethod.Post, path, Json(json), [("Authorization", "Bearer " + Mint.ApplicationToken(host, host.JobsKey, "jobs")), .. headers]);

    public static Task<Answered> AsSidecarAsync(this VaultHost host, string path, string json) =>
        host.Services.SendAsync(HttpMethod.Post, path, Json(json), ("Authorization", "Bearer " + Mint.ServiceToken(host)));

    /// <summary>The path of an address that the Tokenizer gave out; it must be on the vault's own origin.</summary>
    public static string PathOf(string url)
    {
        Assert.StartsWith($"http://{VaultHost.VaultHostName}/v1/values/", url, StringComparison.Ordinal);
        return new Uri(url).AbsolutePath;
    }

    public static Task<Answered> PutAsync(this VaultHost host, Person person, string path, HttpContent value) =>
        host.Users.SendAsync(HttpMethod.Put, path, value, ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", Mint.Assertion(host, person)));

    public static Task<Answered> GetAsync(this VaultHost host, Person person, string path) =>
        host.Users.SendAsync(HttpMethod.Get, path, null, ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", Mint.Assertion(host, person)));

    public static HttpContent Value(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        return content;
    }

    public static HttpContent Value(string text) => Value(Encoding.UTF8.GetBytes(text));

    /// <summary>A new token with its value, made by the person.</summary>
    public static async Task<string> KeepAsync(this VaultHost host, Person person, string value = "078-05-1120", string metadata = "{}")
    {
        var (token, upload) = await host.TokenizeAsync(person, metadata);
        (await host.PutAsync(person, upload, Value(value))).IsGood();
        return token;
    }

    public static async Task<(string Token, string Upload)> TokenizeAsync(this VaultHost host, Person person, string metadata = "{}")
    {
        var made = (await host.PostAsync(person, "/tokenize", $$"""{"metadata":{{metadata}}}""")).IsGood();
        return (made.Data.GetProperty("tokenId").GetString()!, PathOf(made.Data.GetProperty("uploadUrl").GetString()!));
    }

    public static Task<Answered> DetokenizeAsync(this VaultHost host, Person person, string token) =>
        host.PostAsync(person, "/detokenize", $$"""{"tokenId":"{{token}}"}""");

    public static async Task<string> DownloadPathAsync(this VaultHost host, Person person, string token) =>
        PathOf((await host.DetokenizeAsync(person, token)).IsGood().Data.GetProperty("downloadUrl").GetString()!);

    public static async Task<string> ReadAsync(this VaultHost host, Person person, string token) =>
        (await host.GetAsync(person, await host.DownloadPathAsync(person, token))).IsGood().Text;

    public static Task<Answered> EndAsync(this VaultHost host, Person person) =>
        host.AsSidecarAsync("/v1/sessions/end", $$"""{"sid":"{{person.Sid}}","until":{{Mint.SessionEnd(host, person)}}}""");

    /// <summary>A grant by the bank's backend, with the sidecar's assertion as proof of the session.</summary>
    public static Task<Answered> GrantAsync(this VaultHost host, Person person, string token, string? duration = null) => host.AsApplicationAsync(
        "/grant/set",
        $$"""{"sessionId":"{{person.Sid}}","tokenId":"{{token}}","customDuration":"{{duration}}","assertion":"{{Mint.SidecarAssertion(host, person)}}"}""");
}
