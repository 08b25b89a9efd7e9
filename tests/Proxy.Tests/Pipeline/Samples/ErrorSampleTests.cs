using System.Net;
using System.Text;
using System.Text.Json;

namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>What 15-errors.md says must come out of 15-errors.json.</summary>
public sealed class ErrorSampleTests : IAsyncLifetime
{
    private const string App = "http://err.test/app/x";

    private RunningProxy _proxy = null!;

    public async Task InitializeAsync() => _proxy = await OathkeeperSample.StartAsync("15-errors.json", []);

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task Page_wish_without_a_token_is_redirected_with_the_address_to_return_to()
    {
        using var response = await _proxy.SendAsync("GET", App, headers: ("Accept", "text/html"));

        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal("/login?from=app&return_to=http%3A%2F%2Ferr.test%2Fapp%2Fx", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Redirect_host_never_comes_from_a_header_of_the_client()
    {
        using var response = await _proxy.SendAsync(
            "GET", App + "?q=1", headers: [("Accept", "text/html"), ("X-Forwarded-Host", "evil.test"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Uri", "/evil"), ("Forwarded", "host=evil.test")]);

        Assert.Equal("/login?from=app&return_to=http%3A%2F%2Ferr.test%2Fapp%2Fx%3Fq%3D1", response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("application/json", false, null, 401, true)]
    [InlineData("*/*", false, null, 401, false)]
    [InlineData(null, false, null, 401, true)]
    [InlineData("application/json", true, null, 403, true)]
    [InlineData("text/html", true, "application/json; charset=utf-8", 403, true)]
    [InlineData("text/html", true, null, 403, false)]
    public async Task Json_answers_verbosely_where_the_rules_handler_is_responsible_and_generically_where_the_fallback_is(
        string? accept, bool token, string? contentType, int status, bool verbose)
    {
        using var response = await SendAsync(App, accept, token, contentType);

        var error = await ErrorAsync(response);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal((status, status == 401 ? "Unauthorized" : "Forbidden"), (error.GetProperty("code").GetInt32(), error.GetProperty("status").GetString()));
        Assert.Equal(verbose, error.TryGetProperty("reason", out _));
        Assert.Equal(
            (status, verbose) switch
            {
                (401, true) => "Access credentials are invalid",
                (401, false) => "The request could not be authorized",
                (_, true) => "Access credentials are not sufficient to access this resource",
                _ => "The requested action was forbidden",
            },
            error.GetProperty("message").GetString());
        Assert.True(response.Headers.Contains("Ory-Error-Id"));
    }

    [Theory]
    [InlineData("text/html, application/json"), InlineData("application/json;q=0.1, text/html")]
    public async Task Two_responsible_handlers_are_a_plain_500_that_says_so(string accept)
    {
        using var response = await SendAsync(App, accept);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var error = await ErrorAsync(response);
        Assert.StartsWith("Found more than one error handlers to be responsible for this request.", error.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("An internal server error occurred, please contact the system administrator", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("not a media type"), InlineData("application/json, ;"), InlineData("application/json; charset")]
    public async Task Content_type_that_cannot_be_read_is_a_500_where_a_handler_depends_on_it(string contentType)
    {
        using var response = await SendAsync(App, "text/html", token: true, contentType);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task Challenge_names_its_realm_without_quotation_marks()
    {
        using var response = await SendAsync("http://err.test/dav/x", "text/html");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Basic realm=dav", response.Headers.GetValues("WWW-Authenticate").Single());
        Assert.Equal("Unauthorized", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Two_handlers_without_conditions_never_show_the_401()
    {
        using var response = await SendAsync("http://err.test/ambiguous", "application/json");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Theory]
    [InlineData("http://err.test/fallback", 401, "The request could not be authorized")]
    [InlineData("http://err.test/nothing", 404, "The requested resource could not be found")]
    public async Task Fallback_answers_where_the_rule_has_no_handlers_or_there_is_no_rule(string url, int status, string message)
    {
        using var response = await SendAsync(url, "text/html");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(message, (await ErrorAsync(response)).GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("10.0.0.0/8", false, false), InlineData("127.0.0.0/8", false, true), InlineData("10.0.0.0/8", true, false)]
    public async Task Peers_address_decides_and_forged_x_forwarded_for_never_does(string network, bool respectForwarded, bool responsible)
    {
        await using var proxy = await OathkeeperSample.StartAsync(
            "15-errors.json",
            [("\"10.0.0.0/8\"", $"\"{network}\""), ("\"respect_forwarded_for_header\": false", $"\"respect_forwarded_for_header\": {(respectForwarded ? "true" : "false")}"), ("\"config\": { \"when\": [{ \"request\": { \"remote_ip\"", "\"config\": { \"verbose\": true, \"when\": [{ \"request\": { \"remote_ip\"")]);

        using var response = await proxy.SendAsync("GET", "http://err.test/by-address", headers: ("X-Forwarded-For", "10.1.2.3"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(responsible, (await ErrorAsync(response)).TryGetProperty("reason", out _));
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
    }

    private Task<HttpResponseMessage> SendAsync(string url, string? accept, bool token = false, string? contentType = null)
    {
        HttpContent? body = null;
        if (contentType is not null)
        {
            body = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
            body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return _proxy.SendAsync("GET", url, token ? OathkeeperSample.Token() : null, body, accept is null ? [] : [("Accept", accept)]);
    }
}
