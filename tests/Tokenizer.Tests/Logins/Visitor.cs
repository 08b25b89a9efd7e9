using System.Text;
using System.Web;
using AuthProxy.Jose;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Logins;

/// <summary>A browser with a page of the desk and a secure frame in it: keeps the vault's cookies, and walks the redirects with the desk's backend.</summary>
public sealed class Visitor(VaultHost host)
{
    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>The lines in which the last answer set cookies.</summary>
    public IReadOnlyList<string> CookieLines { get; private set; } = [];

    /// <summary>Begins a login; where the browser is sent to, and with which state.</summary>
    public async Task<(Uri Address, string State)> BeginAsync(string query = "")
    {
        var answer = await GetAsync("/session/ensure" + query);
        Assert.Equal(302, (int)answer.Status);
        var address = new Uri(answer.Header("Location")!);
        return (address, HttpUtility.ParseQueryString(address.Query)["state"]!);
    }

    public Task<Answered> CompleteAsync(string state, string token) => GetAsync($"/session/create?state={state}&openid_token={token}");

    /// <summary>The whole redirect flow, as somebody whom the staff's backend knows.</summary>
    public async Task<Answered> SignInAsync(string user, string sid)
    {
        var (_, state) = await BeginAsync();
        return await CompleteAsync(state, LoginMint.Staff(host, state, user, sid));
    }

    /// <summary>The same, as LunaDefend's node-sdk does it.</summary>
    public async Task<Answered> SignInAsPartnerAsync(string sid)
    {
        var (_, state) = await BeginAsync("?auth_provider=partners");
        return await CompleteAsync(state, LoginMint.Partner(host, sid));
    }

    public static async Task<Visitor> SignedInAsync(VaultHost host, string user, string sid)
    {
        var visitor = new Visitor(host);
        (await visitor.SignInAsync(user, sid)).IsGood();
        return visitor;
    }

    public async Task<bool> HasSessionAsync() => (await GetAsync("/session/verify")).IsGood().Json.GetProperty("success").GetBoolean();

    public Task<Answered> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answered> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, Calls.Json(json), ("Origin", "http://" + VaultHost.DeskHostName));

    public async Task<Answered> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        (string, string)[] cookies = Cookies.Count > 0 ? [("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")))] : [];
        var answer = await host.Users.SendAsync(method, path, content, [("Host", VaultHost.DeskHostName), .. cookies, .. headers]);
        CookieLines = answer.Response.Headers.TryGetValues("Set-Cookie", out var lines) ? [.. lines] : [];
        foreach (var line in CookieLines)
        {
            var pair = line[..line.IndexOf(';', StringComparison.Ordinal)].Split('=', 2);
            Cookies[pair[0]] = pair[1];
        }

        return answer;
    }

    public async Task<string> KeepAsync(string value)
    {
        var made = (await PostAsync("/tokenize", "{}")).IsGood();
        var path = PathOf(made.Data.GetProperty("uploadUrl").GetString()!);
        (await SendAsync(HttpMethod.Put, path, Calls.Value(Encoding.UTF8.GetBytes(value)), ("Origin", "http://" + VaultHost.DeskHostName))).IsGood();
        return made.Data.GetProperty("tokenId").GetString()!;
    }

    public Task<Answered> DetokenizeAsync(string token) => PostAsync("/detokenize", $$"""{"tokenId":"{{token}}"}""");

    public async Task<string> ReadAsync(string token) =>
        (await GetAsync(PathOf((await DetokenizeAsync(token)).IsGood().Data.GetProperty("downloadUrl").GetString()!))).IsGood().Text;

    private static string PathOf(string url) => new Uri(url).AbsolutePath;
}

/// <summary>What the desk's backends sign.</summary>
public static class LoginMint
{
    public static string Staff(
        VaultHost host, string state, string user, string sid, SigningKey? key = null, string type = JwtTypes.Session, Action<Dictionary<string, object?>>? change = null)
    {
        var now = host.Clock.GetUtcNow().ToUnixTimeSeconds();
        return Mint.Sign(key ?? host.StaffKey, type, change, new Dictionary<string, object?>
        {
            ["iss"] = "desk",
            ["aud"] = "tokenizer:desk",
            ["sub"] = user,
            ["session_id"] = sid,
            ["nonce"] = state,
            ["iat"] = now,
            ["exp"] = now + 60,
            ["jti"] = Guid.NewGuid().ToString("N"),
        });
    }

    /// <summary>As @lunasec/node-sdk signs for a user, or for the application itself.</summary>
    public static string Partner(VaultHost host, string? sid, string subject = "user", SigningKey? key = null, Action<Dictionary<string, object?>>? change = null)
    {
        var now = host.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?> { ["iss"] = "node-sdk", ["aud"] = "secure-frame", ["sub"] = subject, ["iat"] = now, ["exp"] = now + 900 };
        if (sid is not null)
        {
            claims["session_id"] = sid;
        }

        return Mint.SignBare(key ?? host.PartnersKey, change, claims);
    }

    public static string Backend(VaultHost host) => Mint.ApplicationToken(host, host.StaffKey, "desk");
}
