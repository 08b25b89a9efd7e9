using System.Net;
using AuthProxy.EndToEnd.Tests.Replicas;
using AuthProxy.TestKit;

namespace AuthProxy.EndToEnd.Tests.Login;

/// <summary>What the scripts of a single-page application meet: answers that they can read, and never a redirect into nowhere.</summary>
public sealed class SinglePageTests : IAsyncLifetime
{
    private const string Page = "http://www.app.localhost";

    private ReplicaWorld _world = null!;

    public async Task InitializeAsync() => _world = await ReplicaWorld.StartAsync(
        1,
        sessions: $"store: memory, endpoint: {{ origins: [\"{Page}\"], claims: [name, groups] }}",
        oidc: ", scopes: [openid, profile, groups]",
        rules: $"- {{ id: api, match: {{ path: /api/** }}, authenticators: [oidc], upstream: \"UPSTREAM\", cors: {{ allowed_origins: [\"{Page}\"], allow_credentials: true }} }}");

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Oauth2_proxy_822_401_of_a_call_from_another_origin_can_be_read_and_starts_no_login()
    {
        using var browser = new UserAgent();
        using var preflight = await CallAsync(browser, HttpMethod.Options, "/api/items", ("Access-Control-Request-Method", "GET"));
        using var answer = await CallAsync(browser, HttpMethod.Get, "/api/items");

        Assert.Equal((HttpStatusCode.NoContent, Page), (preflight.StatusCode, Header(preflight, "Access-Control-Allow-Origin")));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal((Page, "true"), (Header(answer, "Access-Control-Allow-Origin"), Header(answer, "Access-Control-Allow-Credentials")));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Null(answer.Headers.Location);
        Assert.Empty(browser.CookiesOf(_world.Address().Authority));
    }

    [Theory]
    [InlineData("XMLHttpRequest", "*/*"), InlineData(null, "application/json")]
    public async Task Call_of_a_script_in_a_browser_without_fetch_metadata_is_401(string? requestedWith, string accept)
    {
        using var browser = new UserAgent();
        using var request = new HttpRequestMessage(HttpMethod.Get, _world.Address("/page"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (requestedWith is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Requested-With", requestedWith);
        }

        using var answer = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(browser.CookiesOf(_world.Address().Authority));
    }

    [Fact]
    public async Task Posted_form_of_a_script_is_not_turned_into_a_GET_at_the_provider()
    {
        using var browser = new UserAgent();
        using var answer = await browser.FetchAsync(HttpMethod.Post, _world.Address("/api/items"), new StringContent("{}"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task Page_asks_who_is_signed_in_before_and_after_the_login_and_after_the_logout()
    {
        using var stranger = new UserAgent();
        Assert.Equal("""{"signed_in":false,"guest":false}""", await TextAsync(stranger, "/.authproxy/session"));

        using var browser = await _world.SignInAsync("alice");
        var session = await TextAsync(browser, "/.authproxy/session");
        Assert.StartsWith("""{"signed_in":true,"guest":false,"subject":"alice","claims":{"name":"Zo\u00EB alice","groups":["customers"]},"idle_seconds_left":3""", session, StringComparison.Ordinal);
        Assert.Contains("\"preferred_username\":\"alice\"", await TextAsync(browser, "/.authproxy/userinfo"), StringComparison.Ordinal);

        using var logout = await browser.FetchAsync(HttpMethod.Post, _world.Address("/.authproxy/logout"));
        Assert.Equal("""{"signed_in":false,"guest":false}""", await TextAsync(browser, "/.authproxy/session"));
        using var userInfo = await browser.FetchAsync(HttpMethod.Get, _world.Address("/.authproxy/userinfo"));
        Assert.Equal(HttpStatusCode.Unauthorized, userInfo.StatusCode);
    }

    [Fact]
    public async Task Page_of_a_listed_origin_keeps_the_session_alive_and_a_strangers_learns_nothing()
    {
        using var browser = await _world.SignInAsync("alice");
        using var listed = await CallAsync(browser, HttpMethod.Post, "/.authproxy/session");
        using var stranger = await CallAsync(browser, HttpMethod.Get, "/.authproxy/session", ("Origin", "http://evil.app.localhost"));

        Assert.Equal((HttpStatusCode.OK, Page), (listed.StatusCode, Header(listed, "Access-Control-Allow-Origin")));
        Assert.Equal("no-store", Header(listed, "Cache-Control"));
        Assert.Equal((HttpStatusCode.Forbidden, null), (stranger.StatusCode, Header(stranger, "Access-Control-Allow-Origin")));
        Assert.DoesNotContain("alice", await stranger.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> TextAsync(UserAgent browser, string target)
    {
        using var answer = await browser.FetchAsync(HttpMethod.Get, _world.Address(target));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> CallAsync(UserAgent browser, HttpMethod method, string target, params (string Name, string Value)[] headers)
    {
        var all = new Dictionary<string, string> { ["Origin"] = Page, ["Sec-Fetch-Site"] = "same-site", ["Sec-Fetch-Mode"] = "cors", ["Sec-Fetch-Dest"] = "empty" };
        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        var request = new HttpRequestMessage(method, _world.Address(target));
        foreach (var (name, value) in all)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await browser.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
