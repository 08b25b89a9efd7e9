using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.TestKit;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthProxy.EndToEnd.Tests.Samples;

/// <summary>The development identity provider: strict enough that what works with it works elsewhere, and for this machine only.</summary>
public sealed class IdentityProviderTests : IAsyncLifetime
{
    private const string RedirectUri = "http://bank.app.localhost:4455/.authproxy/callback";
    private const string Goodbye = "http://bank.app.localhost:4455/.authproxy/signed-out";
    private const string Verifier = "a-verifier-of-at-least-forty-three-characters";
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private RunningProcess _provider = null!;
    private string _issuer = "";

    public async Task InitializeAsync()
    {
        var port = Loopback.FreePorts(1)[0];
        _issuer = $"http://127.0.0.1:{port}";
        _provider = Start("--port", $"{port}", "--redirect-uri", RedirectUri, "--post-logout-redirect-uri", Goodbye);
        await _provider.WaitUntilAnswersAsync(new Uri(_issuer + "/.well-known/openid-configuration"));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData("--host", "0.0.0.0"), InlineData("--host", "192.0.2.7"), InlineData("--host", "bank.example.com")]
    [InlineData("--issuer", "http://idp.example.com"), InlineData("--issuer", "https://192.0.2.7:4480"), InlineData("--issuer", "nonsense")]
    public async Task It_refuses_to_start_outside_loopback(string option, string value)
    {
        await using var provider = Start(option, value);

        Assert.Equal(2, await provider.WaitForExitAsync());
        Assert.Contains(value, provider.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_points_at_loopback_is_not_served()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _issuer + "/authorize");
        request.Headers.Host = "rebound.example.com";
        using var answer = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Code_and_verifier_give_a_signed_token_with_nonce_and_at_hash()
    {
        var answer = await LogInAsync("bob");
        Assert.Equal(_issuer, answer["iss"]);
        Assert.Equal("a state", answer["state"]);

        using var tokens = await ExchangeAsync(answer["code"]);
        Assert.Equal(HttpStatusCode.OK, tokens.StatusCode);
        var json = JsonSerializer.Deserialize<JsonElement>(await tokens.Content.ReadAsStringAsync());
        var keys = (JsonWebKeySetOutcome.Parsed)JsonWebKeySet.Parse(await _http.GetByteArrayAsync(_issuer + "/jwks"));
        var policy = new JwtPolicy { Algorithms = [JwtAlgorithms.RS256], Issuers = [_issuer], Audiences = ["authproxy"] };
        var verified = Assert.IsType<JwtOutcome.Verified>(await new JwtVerifier(TimeProvider.System).VerifyAsync(
            json.GetProperty("id_token").GetString()!, policy, new FixedKeySource(keys.Set), CancellationToken.None));

        Assert.Equal("bob", verified.Jwt.Subject);
        Assert.Equal("Bob Brückner", verified.Jwt.Text("name"));
        Assert.Equal("a nonce", verified.Jwt.Text("nonce"));
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(json.GetProperty("access_token").GetString()!));
        Assert.Equal(Base64Url.EncodeToString(hash.AsSpan(0, 16)), verified.Jwt.Text("at_hash"));
    }

    [Fact]
    public async Task Code_is_good_once()
    {
        var code = (await LogInAsync("alice"))["code"];
        using var first = await ExchangeAsync(code);
        using var second = await ExchangeAsync(code);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("invalid_grant", await ErrorAsync(second));
    }

    [Fact]
    public async Task Wrong_verifier_wrong_secret_and_wrong_redirect_uri_get_nothing()
    {
        using var verifier = await ExchangeAsync((await LogInAsync("alice"))["code"], verifier: Verifier + "x");
        using var redirect = await ExchangeAsync((await LogInAsync("alice"))["code"], redirectUri: RedirectUri + "/");
        using var secret = await ExchangeAsync((await LogInAsync("alice"))["code"], secret: "guessed");

        Assert.Equal("invalid_grant", await ErrorAsync(verifier));
        Assert.Equal("invalid_grant", await ErrorAsync(redirect));
        Assert.Equal("invalid_client", await ErrorAsync(secret));
        Assert.Equal(HttpStatusCode.Unauthorized, secret.StatusCode);
    }

    [Theory]
    [InlineData("redirect_uri", RedirectUri + "x"), InlineData("redirect_uri", "https://evil.example"), InlineData("client_id", "other")]
    public async Task Wrong_client_or_address_is_shown_and_never_redirected_to(string name, string value)
    {
        using var answer = await _http.GetAsync(Authorize((name, value)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("code_challenge_method", "plain", "invalid_request"), InlineData("code_challenge", "", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type"), InlineData("scope", "email", "invalid_scope"), InlineData("prompt", "none", "login_required")]
    public async Task Faulty_request_goes_back_to_the_client_as_an_error(string name, string value, string error)
    {
        using var answer = await _http.GetAsync(Authorize((name, value)));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(error, QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["error"]);
    }

    [Fact]
    public async Task Second_login_is_silent_until_a_logout_that_names_the_session()
    {
        using var tokens = await ExchangeAsync((await LogInAsync("alice"))["code"]);
        var idToken = JsonSerializer.Deserialize<JsonElement>(await tokens.Content.ReadAsStringAsync()).GetProperty("id_token").GetString()!;
        using var silent = await _http.GetAsync(Authorize());
        Assert.Equal(HttpStatusCode.Redirect, silent.StatusCode);

        // A bare link only asks, and never leads to an address that is not registered.
        using var asked = await _http.GetAsync(_issuer + "/end-session");
        using var elsewhere = await _http.GetAsync(_issuer + "/end-session?post_logout_redirect_uri=https%3A%2F%2Fevil.example");
        using var stillSilent = await _http.GetAsync(Authorize());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Redirect), (asked.StatusCode, elsewhere.StatusCode, stillSilent.StatusCode));

        using var ended = await _http.GetAsync(QueryHelpers.AddQueryString(
            _issuer + "/end-session", new Dictionary<string, string?> { ["id_token_hint"] = idToken, ["post_logout_redirect_uri"] = Goodbye, ["state"] = "s" }));
        Assert.Equal(Goodbye + "?state=s", ended.Headers.Location!.ToString());
        using var form = await _http.GetAsync(Authorize());
        Assert.Equal(HttpStatusCode.OK, form.StatusCode);
    }

    [Fact]
    public async Task Login_form_of_another_site_is_refused()
    {
        using var request = Login("alice", "alice-demo");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var answer = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Wrong_password_is_refused()
    {
        using var request = Login("alice", "bob-demo");
        using var answer = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static RunningProcess Start(params string[] arguments) =>
        RunningProcess.Start(Repository.Built("samples/IdentityProvider", "AuthProxy.IdentityProvider"), arguments);

    private string Authorize(params (string Name, string Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "authproxy",
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid profile",
            ["state"] = "a state",
            ["nonce"] = "a nonce",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        return QueryHelpers.AddQueryString(_issuer + "/authorize", query);
    }

    private HttpRequestMessage Login(string user, string password) => new(HttpMethod.Post, Authorize())
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = user, ["password"] = password }),
    };

    private async Task<Dictionary<string, string>> LogInAsync(string user)
    {
        using var request = Login(user, user + "-demo");
        using var answer = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith(RedirectUri + "?", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(answer.Headers.Location.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    private async Task<HttpResponseMessage> ExchangeAsync(string code, string verifier = Verifier, string redirectUri = RedirectUri, string secret = "demo-secret")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _issuer + "/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = redirectUri,
                ["code_verifier"] = verifier,
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"authproxy:{secret}")));
        return await _http.SendAsync(request);
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetString();
}
