using System.Net;
using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Authentication.Samples;

public sealed class BrowserSessionSampleTests : IAsyncLifetime
{
    private const string Account = "http://app.test/account";
    private const string Session = "app_session=s1";

    private SampleProxy _sample = null!;

    public async Task InitializeAsync()
    {
        _sample = await SampleProxy.StartAsync("03-browser-session.yaml");
        _sample.Service.Answer = StubService.Saying(200, """{"identity":{"id":"u1","traits":{"email":"a@b"}}}""");
    }

    public async Task DisposeAsync() => await _sample.DisposeAsync();

    [Fact]
    public async Task Session_is_checked_with_what_the_rule_names_and_nothing_else_of_the_clients()
    {
        var status = await _sample.StatusAsync(
            "POST", Account + "/email?next=1", ("Cookie", "other=1; " + Session), ("X-Trace-Id", "t1"), ("X-Api-Key", "forged"), ("X-Secret", "no"), ("Authorization", "Basic eDp5"));

        Assert.Equal(200, status);
        var question = _sample.Asked();
        Assert.Equal(("GET", "/whoami", ""), (question.Method, question.Target, question.Body));
        Assert.Equal("other=1; app_session=s1", question.Headers["Cookie"]);
        Assert.Equal(("t1", "not-a-secret", "app.test"), (question.Headers["X-Trace-Id"], question.Headers["X-Api-Key"], question.Headers["X-Forwarded-Host"]));
        Assert.False(question.Headers.ContainsKey("X-Secret") || question.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Answer_becomes_subject_and_extra_and_the_cookie_travels_on()
    {
        Assert.Equal(200, await _sample.StatusAsync("GET", Account, ("Cookie", Session)));
        var arrived = _sample.Arrived();
        Assert.Equal(("u1", "a@b", Session), (arrived.Headers["X-User"], arrived.Headers["X-Email"], arrived.Headers["Cookie"]));
    }

    [Fact]
    public async Task Answer_without_the_subject_is_refused()
    {
        _sample.Service.Answer = StubService.Saying(200, """{"identity":{}}""");

        Assert.Equal(401, await _sample.StatusAsync("GET", Account, ("Cookie", Session)));
        Assert.Empty(_sample.Application.Arrived);
    }

    [Theory]
    [InlineData(401), InlineData(403), InlineData(404), InlineData(500), InlineData(204), InlineData(302)]
    public async Task Any_other_status_is_no_session(int status)
    {
        _sample.Service.Answer = StubService.Saying(status, "", ("Location", "/elsewhere"));

        Assert.Equal(401, await _sample.StatusAsync("GET", Account, ("Cookie", Session)));
        Assert.Single(_sample.Service.Arrived);
    }

    [Fact]
    public async Task Rate_limit_of_the_service_reaches_the_client()
    {
        _sample.Service.Answer = StubService.Saying(429, "", ("Retry-After", "7"), ("X-Ratelimit-Limit", "10"), ("X-Other", "no"));

        using var response = await _sample.SendAsync("GET", Account, ("Cookie", Session));

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(("7", "10"), (response.Headers.GetValues("Retry-After").Single(), response.Headers.GetValues("X-Ratelimit-Limit").Single()));
        Assert.False(response.Headers.Contains("X-Other"));
    }

    [Fact]
    public async Task Service_that_is_gone_is_no_wrong_session()
    {
        await _sample.Service.DisposeAsync();

        Assert.Equal(503, await _sample.StatusAsync("GET", Account, ("Cookie", Session)));
    }

    [Fact]
    public async Task Request_without_the_cookie_is_nobodys()
    {
        Assert.Equal(401, await _sample.StatusAsync("GET", Account, ("Cookie", "other=1")));
        Assert.Empty(_sample.Service.Arrived);
    }

    [Fact]
    public async Task People_are_sent_to_the_login_and_scripts_get_json()
    {
        using var people = await _sample.SendAsync("GET", Account, ("Accept", "text/html"));
        using var scripts = await _sample.SendAsync("GET", Account, ("Accept", "application/json"));
        using var others = await _sample.SendAsync("GET", Account, ("Accept", "*/*"));

        Assert.Equal(HttpStatusCode.Redirect, people.StatusCode);
        Assert.Equal("http://login.test/?return_to=http%3A%2F%2Fapp.test%2Faccount", people.Headers.Location!.OriginalString);
        Assert.Contains("\"code\":401", await scripts.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, others.StatusCode);
    }
}
