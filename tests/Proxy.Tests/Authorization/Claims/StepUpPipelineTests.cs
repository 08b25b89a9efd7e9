using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthProxy.Proxy.Tests.Pipeline;
using AuthProxy.Proxy.Tests.Rehearsal;

namespace AuthProxy.Proxy.Tests.Authorization.Claims;

public sealed class StepUpPipelineTests : IAsyncLifetime, IDisposable
{
    private readonly RuleHouse _house = new();
    private StubService _application = null!;
    private RunningProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _application = await StubService.StartAsync();
        _proxy = await RunningProxy.StartAsync(
            $$"""
            version: authproxy/v1
            defaults:
              upstream: {{_application.Address}}
              authenticators:
                - handler: jwt
                  config: { jwks_urls: ["{keys}"], allowed_algorithms: [ES256], trusted_issuers: ["https://issuer.example"], target_audience: [orders] }
            rules:
              - { id: strong, match: { path: /strong }, require: { acr: { any: [gold] }, auth_age: 5m } }
              - { id: nested, match: { path: /nested }, authorizers: [ { any_of: [ { handler: claims, config: { claims: { acr: { any: [gold] } } } }, deny ] } ] }
              - { id: weak, match: { path: /weak }, authorizers: [ { not: { handler: claims, config: { claims: { acr: { any: [guest] } } } } } ] }
            """);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
    }

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("/strong", "gold", 10, 200), InlineData("/strong", "gold", 600, 401), InlineData("/strong", "iron", 10, 401), InlineData("/strong", null, null, 401)]
    [InlineData("/nested", "gold", null, 200), InlineData("/nested", "iron", null, 401)]
    [InlineData("/weak", "gold", null, 200), InlineData("/weak", "guest", null, 403)]
    public async Task Bearer_is_believed_by_its_own_words_on_how_and_when(string path, string? acr, int? secondsAgo, int status)
    {
        using var answer = await SendAsync(path, acr, secondsAgo);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200, _application.Arrived.TryDequeue(out _));
    }

    [Theory]
    [InlineData("text/html"), InlineData("application/json")]
    public async Task Bearer_that_does_not_suffice_is_challenged_and_never_sent_to_a_login(string accept)
    {
        using var answer = await SendAsync("/strong", "iron", 10, accept);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("authentication-insufficient", answer.Headers.GetValues("X-AuthProxy-Refusal").Single());
        Assert.Equal(
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\", max_age=\"300\"", answer.Headers.NonValidated["WWW-Authenticate"].ToString());
        Assert.Contains("authentication-insufficient", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("as: { acr: gold, auth_age: 1m }", "{ status: 200 }")]
    [InlineData("as: { acr: gold, auth_age: 6m }", "{ status: 401, reason: authentication-insufficient }")]
    [InlineData("as: { acr: iron, auth_age: 1m }", "{ status: 401, reason: authentication-insufficient }")]
    [InlineData("as: { acr: gold }", "{ status: 401, reason: authentication-insufficient }")]
    [InlineData("headers: { Accept: text/html }, as: { acr: iron, auth_age: 1m }", "{ status: 302, reason: authentication-insufficient, location: /.authproxy/login }")]
    public void Rules_test_what_a_stronger_login_changes(string asked, string expected)
    {
        var loaded = _house.Load($"- {{ id: strong, match: {{ path: / }}, require: {{ acr: {{ any: [gold] }}, auth_age: 5m }}, tests: [ {{ request: {{ path: /, {asked} }}, expect: {expected} }} ] }}");

        Assert.Empty(loaded.Faults);
    }

    [Fact]
    public void Failing_test_says_why_the_login_does_not_suffice()
    {
        var loaded = _house.Load("- { id: strong, match: { path: / }, require: { auth_age: 5m }, tests: [ { request: { path: /, as: {} }, expect: { status: 200 } } ] }");

        Assert.Contains("the issuer does not say when the person signed in (auth_time)", Assert.Single(loaded.Faults).Message, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> SendAsync(string path, string? acr, int? secondsAgo, string accept = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(acr, secondsAgo));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return _proxy.Client.SendAsync(request);
    }

    private static string Token(string? acr, int? secondsAgo) => TestTokens.Mint(RunningProxy.IssuerKey, TimeProvider.System.GetUtcNow(), more: json => Write(json, acr, secondsAgo));

    private static void Write(Utf8JsonWriter json, string? acr, int? secondsAgo)
    {
        if (acr is not null)
        {
            json.WriteString("acr", acr);
        }

        if (secondsAgo is { } seconds)
        {
            json.WriteNumber("auth_time", DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds);
        }
    }
}
