using AuthProxy.Jose;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Callers;

public class ServiceCallersTests : VaultTests
{
    private const string Question = """{"sessionId":"sid-alice","tokenId":"lunasec-00000000-0000-4000-8000-000000000000"}""";

    [Fact]
    public async Task A_bare_token_and_a_bearer_token_are_the_same()
    {
        (await AskAsync(("Authorization", Mint.ApplicationToken(Host)))).IsGood();
        (await AskAsync(("Authorization", "Bearer " + Mint.ApplicationToken(Host)))).IsGood();
        (await AskAsync(("Authorization", "bearer " + Mint.ApplicationToken(Host)))).IsGood();
    }

    [Fact]
    public async Task A_token_may_be_used_again_while_it_lives()
    {
        var token = Mint.ApplicationToken(Host);

        (await AskAsync(("Authorization", token))).IsGood();
        (await AskAsync(("Authorization", token))).IsGood();
        Host.Clock.Advance(TimeSpan.FromMinutes(2));
        (await AskAsync(("Authorization", token))).IsRefused(401, "credentials-invalid");
    }

    [Fact]
    public async Task Without_credentials_a_challenge_says_what_is_missing()
    {
        var answer = await AskAsync();

        answer.IsRefused(401, "credentials-missing");
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task More_than_one_credential_is_refused()
    {
        var token = Mint.ApplicationToken(Host);

        (await RawHttp.SendAsync(Host.Services, $"""
            POST /grant/verify HTTP/1.1
            Host: tokenizer
            Connection: close
            Authorization: {token}
            authorization: {token}
            Content-Type: application/json
            Content-Length: 2

            {"{}"}
            """)).IsRefused(400, "credentials-ambiguous");
        (await AskAsync(("Authorization", token), ("X-Auth-Assertion", Mint.Assertion(Host, Alice)))).IsRefused(400, "credentials-ambiguous");
        (await AskAsync(("X-Auth-Assertion", Mint.Assertion(Host, Alice)))).IsRefused(400, "credentials-ambiguous");
    }

    [Fact]
    public async Task Tokens_that_are_not_an_applications_are_refused()
    {
        foreach (var token in new[]
        {
            "", "x", "Bearer", "Basic YTpi", "a.b.c",
            Mint.Assertion(Host, Alice),
            Mint.SidecarAssertion(Host, Alice),
            Mint.ApplicationToken(Host, key: Host.ShopKey),
            Mint.ApplicationToken(Host, key: Host.SidecarKey, issuer: "https://sidecar.test"),
            Mint.ApplicationToken(Host, key: Host.GatewayKey, issuer: "https://gateway.test"),
            Mint.ApplicationToken(Host, change: claims => claims["aud"] = "tokenizer:bank"),
            Mint.ApplicationToken(Host, change: claims => claims["aud"] = new[] { "tokenizer-services", "elsewhere" }),
            Mint.ApplicationToken(Host, change: claims => claims["sub"] = "user"),
            Mint.ApplicationToken(Host, change: claims => claims["exp"] = (long)claims["exp"]! + 900),
            Mint.ApplicationToken(Host, change: claims => claims.Remove("exp")),
            Mint.ApplicationToken(Host, change: claims => claims.Remove("jti")),
        })
        {
            var answer = await AskAsync(("Authorization", token));
            answer.IsRefused(401, token.Length == 0 ? "credentials-missing" : "credentials-invalid");
        }
    }

    [Fact]
    public async Task A_proxys_token_is_good_on_a_proxys_routes_only() =>
        (await AskAsync(("Authorization", Mint.ServiceToken(Host)))).IsRefused(403, "caller-not-allowed");

    [Theory]
    [InlineData("/v1/tokens/bind"), InlineData("/v1/tokens/read"), InlineData("/v1/sessions/end")]
    public async Task An_applications_token_is_good_on_an_applications_routes_only(string path) =>
        (await Host.AsApplicationAsync(path, "{}")).IsRefused(403, "caller-not-allowed");

    [Theory]
    [InlineData("/v1/grants/verify"), InlineData("/grant/verify"), InlineData("/grant/set")]
    public async Task A_gateway_that_is_no_sidecar_may_not_ask_about_grants(string path) =>
        (await AsGatewayAsync(path, "{}")).IsRefused(403, "caller-not-allowed");

    [Fact]
    public async Task A_logout_at_the_gateway_ends_the_session_here_too()
    {
        (await AsGatewayAsync("/v1/sessions/end", $$"""{"sid":"{{Alice.Sid}}","until":{{Mint.SessionEnd(Host, Alice)}}}""")).IsGood();

        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task A_user_called_application_does_not_become_the_application() =>
        (await AskAsync(("Authorization", Mint.Assertion(Host, new Person("sid", "application", "bank"), "tokenizer-services", Host.GatewayKey, type: JwtTypes.Application))))
            .IsRefused(401, "credentials-invalid");

    [Theory]
    [InlineData("/grant/set"), InlineData("/grant/verify"), InlineData("/v1/grants/verify"), InlineData("/v1/sessions/end")]
    public async Task Services_routes_are_not_on_the_users_listener(string path) => (await Host.PostAsync(Alice, path, "{}")).IsRefused(404, "route-unknown");

    [Theory]
    [InlineData("/tokenize"), InlineData("/detokenize"), InlineData("/metadata/get"), InlineData("/session/verify"), InlineData("/v1/values/x")]
    public async Task Users_routes_are_not_on_the_services_listener(string path) => (await Host.AsApplicationAsync(path, "{}")).IsRefused(404, "route-unknown");

    private Task<Answered> AsGatewayAsync(string path, string json) => Host.Services.SendAsync(
        HttpMethod.Post, path, Calls.Json(json), ("Authorization", Mint.ServiceToken(Host, Host.GatewayKey, "https://gateway.test")));

    private Task<Answered> AskAsync(params (string Name, string Value)[] headers) => Host.Services.SendAsync(HttpMethod.Post, "/grant/verify", Calls.Json(Question), headers);
}
