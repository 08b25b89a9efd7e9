using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Maintenance;

public sealed class MaintenanceTests : IAsyncLifetime
{
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
              authenticators: [unauthorized]
              maintenance: { retry_after: 10m, message: "Back at noon <b>sharp</b>." }
            rules:
              - { id: all, match: { path: "/**" } }
              - { id: health, match: { path: /health }, maintenance: none, authenticators: [anonymous] }
              - { id: operators, match: { path: /tried }, authenticators: [anonymous], maintenance: { except: { networks: [127.0.0.0/8] } } }
              - { id: others, match: { path: /others }, authenticators: [anonymous], maintenance: { status: 520, except: { networks: [192.0.2.0/24] } } }
              - { id: own, match: { path: /own }, errors: [ { handler: redirect, config: { to: "https://status.example.com" } } ] }
              - { id: page, match: { path: /page }, cors: { allowed_origins: ["https://app.example.com"] } }
            """);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Person_gets_a_page_before_anybody_is_asked_to_sign_in()
    {
        using var answer = await SendAsync("/anything", accept: "text/html");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(TimeSpan.FromMinutes(10), answer.Headers.RetryAfter!.Delta);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("<html lang=\"en\">", page, StringComparison.Ordinal);
        Assert.Contains("<h1>Back at noon &lt;b&gt;sharp&lt;/b&gt;.</h1>", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Empty(_application.Arrived);
    }

    [Fact]
    public async Task Program_gets_problem_details_and_a_grpc_client_its_status()
    {
        using var problem = await SendAsync("/anything");
        using var call = new HttpRequestMessage(HttpMethod.Post, "/anything") { Content = new ByteArrayContent([]) };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var grpc = await _proxy.Client.SendAsync(call);

        Assert.Equal(503, (int)problem.StatusCode);
        var details = JsonDocument.Parse(await problem.Content.ReadAsByteArrayAsync()).RootElement;
        Assert.Equal("urn:authproxy:refusal:maintenance", details.GetProperty("type").GetString());
        Assert.Equal("Back at noon <b>sharp</b>.", details.GetProperty("title").GetString());
        Assert.Equal("14", grpc.Headers.GetValues("grpc-status").Single());
        Assert.Equal("maintenance", grpc.Headers.GetValues("grpc-message").Single());
    }

    [Theory]
    [InlineData("/health", 200), InlineData("/tried", 200), InlineData("/others", 520)]
    public async Task Rule_and_client_that_are_excepted_get_through(string path, int status)
    {
        using var answer = await SendAsync(path);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, _application.Arrived.Count);
    }

    [Fact]
    public async Task Forged_address_is_not_excepted()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/others");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "192.0.2.1");
        using var answer = await _proxy.Client.SendAsync(request);

        Assert.Equal(520, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Rules_own_error_handler_speaks_first()
    {
        using var answer = await SendAsync("/own", accept: "text/html");

        Assert.Equal("https://status.example.com/", answer.Headers.Location!.AbsoluteUri);
        Assert.Equal("maintenance", answer.Headers.GetValues("X-AuthProxy-Refusal").Single());
    }

    [Fact]
    public async Task Page_of_a_listed_origin_can_read_that_there_is_maintenance()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/page");
        request.Headers.TryAddWithoutValidation("Origin", "https://app.example.com");
        using var answer = await _proxy.Client.SendAsync(request);

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("https://app.example.com", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await _proxy.Client.SendAsync(request);
    }
}
