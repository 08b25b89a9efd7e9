using System.Buffers.Text;
using System.Text;
using AuthProxy.Jose;
using Microsoft.AspNetCore.Http;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

/// <summary>What a provider, or somebody in its place, may answer at the token endpoint.</summary>
public sealed class IdTokenTests : IAsyncLifetime
{
    private LoginWorld _world = null!;

    public async Task InitializeAsync() => _world = await StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData("iss", "\"https://evil.example.com\"")]
    [InlineData("iss", null)]
    [InlineData("aud", "\"other\"")]
    [InlineData("aud", null)]
    [InlineData("aud", "[\"authproxy\",\"other\"]")]
    [InlineData("azp", "\"other\"")]
    [InlineData("azp", "7")]
    [InlineData("sub", null)]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "7")]
    [InlineData("nonce", null)]
    [InlineData("nonce", "\"another-login\"")]
    [InlineData("exp", null)]
    [InlineData("exp", "1")]
    [InlineData("exp", "\"never\"")]
    [InlineData("iat", null)]
    [InlineData("iat", "99999999999")]
    [InlineData("nbf", "99999999999")]
    [InlineData("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("at_hash", "7")]
    public async Task Id_token_with_a_wrong_claim_logs_nobody_in(string claim, string? value)
    {
        _world.Provider.Claims[claim] = value;

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Id_token_with_a_subject_longer_than_the_standard_allows_logs_nobody_in()
    {
        _world.Provider.Claims["sub"] = $"\"{new string('a', 256)}\"";

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Id_token_for_several_parties_names_us_as_the_one_it_was_given_to()
    {
        _world.Provider.Claims["aud"] = "[\"other\",\"authproxy\"]";
        _world.Provider.Claims["azp"] = "\"authproxy\"";

        Assert.Equal((200, ""), await SignInAsync());
    }

    [Fact]
    public async Task Id_token_signed_with_another_key_logs_nobody_in()
    {
        _world.Provider.ShownKey = SigningKey.Generate();

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Algorithm_none_logs_nobody_in()
    {
        _world.Provider.Mangle = token => $"{Base64Url.EncodeToString("""{"alg":"none","typ":"JWT"}"""u8)}.{token.Split('.')[1]}.";

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Algorithm_confusion_with_the_clients_secret_logs_nobody_in()
    {
        _world.Provider.Mangle = token =>
        {
            var signed = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{token.Split('.')[1]}";
            var mac = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(StubProvider.ClientSecret), Encoding.ASCII.GetBytes(signed));
            return $"{signed}.{Base64Url.EncodeToString(mac)}";
        };

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Own_assertion_in_place_of_an_id_token_logs_nobody_in()
    {
        _world.Provider.Mangle = token => JwtSigner.Sign(_world.Provider.Key, JwtTypes.Assertion, json =>
        {
            using var claims = System.Text.Json.JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            foreach (var claim in claims.RootElement.EnumerateObject())
            {
                claim.WriteTo(json);
            }
        });

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id_token\":7}")]
    [InlineData("{\"id_token\":\"a.b.c\"}")]
    [InlineData("{\"id_token\":\"a.b.c\",\"id_token\":\"a.b.c\"}")]
    [InlineData("{\"id_token\":\"a.b.c\",\"token_type\":\"mac\"}")]
    public async Task Token_endpoint_that_answers_something_else_logs_nobody_in(string answer)
    {
        _world.Provider.TokenAnswer = context => context.Response.WriteAsync(answer);

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Token_endpoint_that_answers_without_end_logs_nobody_in()
    {
        _world.Provider.TokenAnswer = context => context.Response.WriteAsync("{\"id_token\":\"" + new string('a', 1_000_000));

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Token_endpoint_that_redirects_is_not_followed()
    {
        _world.Provider.TokenAnswer = context =>
        {
            context.Response.Redirect("https://evil.example.com/");
            return Task.CompletedTask;
        };

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Fact]
    public async Task Tokens_larger_than_a_session_may_be_log_nobody_in()
    {
        _world.Provider.AccessToken = new string('a', 100_000);
        _world.Provider.Claims["at_hash"] = null;

        Assert.Equal((400, "login-failed"), await SignInAsync());
    }

    [Theory]
    [InlineData("issuer", "\"https://evil.example.com\"")]
    [InlineData("issuer", null)]
    [InlineData("token_endpoint", null)]
    [InlineData("token_endpoint", "\"http://evil.example.com/token\"")]
    [InlineData("authorization_endpoint", "\"javascript:alert(1)\"")]
    [InlineData("authorization_endpoint", "\"/relative\"")]
    [InlineData("jwks_uri", "\"https://user@keys.example.com/\"")]
    [InlineData("code_challenge_methods_supported", "[\"plain\"]")]
    [InlineData("code_challenge_methods_supported", "7")]
    [InlineData("x\":1,\"x", "2")]
    public async Task Discovery_document_that_cannot_be_trusted_begins_no_login(string member, string? value)
    {
        _world.Provider.Discovery[member] = value;

        var answer = await _world.NewBrowser().GoAsync(App + "/");

        Assert.Equal((503, "provider-unavailable"), (answer.Status, answer.Reason));
    }

    [Fact]
    public async Task Client_secret_in_the_form_works_where_it_is_chosen()
    {
        await using var world = await StartAsync(", client_authentication: client_secret_post");
        world.Provider.IsItsClient = StubProvider.ByPost;

        Assert.Equal(200, (await world.NewBrowser().SignInAsync()).Status);
    }

    [Fact]
    public async Task Chosen_claims_are_kept_and_others_are_not()
    {
        await using var world = await StartAsync(", claims: [name, at_hash]");
        var browser = world.NewBrowser();
        await browser.SignInAsync();

        var found = await world.Sessions.FindAsync(Proxy.Sessions.CookieSecret.Parse(browser.Cookie(App))!, "app.example.com", default);

        var claims = Assert.IsType<Proxy.Sessions.SessionLookup.Live>(found).Session.Claims;
        Assert.Equal(["at_hash", "name"], claims.EnumerateObject().Select(claim => claim.Name).Order());
    }

    [Fact]
    public async Task Further_parameters_go_to_the_provider()
    {
        await using var world = await StartAsync(", authorization_parameters: { prompt: login, \"a&b\": \"c d\" }");

        var query = StubProvider.Split((await world.NewBrowser().GoAsync(App + "/")).Location).Query;

        Assert.Equal("login", query["prompt"]);
        Assert.Equal("c d", query["a%26b"]);
    }

    private async Task<(int, string)> SignInAsync()
    {
        var browser = _world.NewBrowser();
        var answer = await browser.SignInAsync();
        Assert.Equal(answer.Status == 200, browser.Cookie(App) is not null);
        return (answer.Status, answer.Reason);
    }
}
