using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Authentication.Samples;

public sealed class IntrospectionSampleTests : IAsyncLifetime
{
    private const string Reports = "http://api.test/reports/2024";
    private const string Exports = "http://api.test/exports/2024";

    private SampleProxy _sample = null!;

    public async Task InitializeAsync()
    {
        _sample = await SampleProxy.StartAsync("05-introspection.yaml");
        Say();
    }

    public async Task DisposeAsync() => await _sample.DisposeAsync();

    [Fact]
    public async Task Active_token_is_accepted_and_the_server_is_asked_with_the_token_alone()
    {
        Assert.Equal(200, await ReportsAsync());
        var question = _sample.Asked();
        Assert.Equal(("POST", "/oauth2/introspect", "token=t%261", "application/x-www-form-urlencoded"), (question.Method, question.Target, question.Body, question.Headers["Content-Type"]));
        var arrived = _sample.Arrived();
        Assert.Equal(("c1", "alice"), (arrived.Headers["X-Client"], arrived.Headers["X-User"]));
    }

    [Theory]
    [InlineData("""{"active":false}""", 401)]
    [InlineData("""{"active":true,"exp":1,"sub":"a","aud":["reports"],"iss":"https://issuer.test/","scope":"reports.read reports.list"}""", 401)]
    [InlineData("""{"active":true,"token_use":"refresh_token","aud":["reports"],"iss":"https://issuer.test/","scope":"reports.read reports.list"}""", 403)]
    [InlineData("""{"active":true,"aud":["other"],"iss":"https://issuer.test/","scope":"reports.read reports.list"}""", 403)]
    [InlineData("""{"active":true,"aud":"reports","iss":"https://other.test/","scope":"reports.read reports.list"}""", 403)]
    [InlineData("""{"active":true,"aud":"reports","iss":"https://issuer.test/","scope":"reports.read"}""", 403)]
    [InlineData("""{"active":"true"}""", 500)]
    [InlineData("<html>", 500)]
    public async Task Token_that_does_not_meet_the_rule_is_refused(string answer, int status)
    {
        _sample.Service.Answer = StubService.Saying(200, answer);

        Assert.Equal(status, await ReportsAsync());
        Assert.Empty(_sample.Application.Arrived);
    }

    [Theory]
    [InlineData(400, 500), InlineData(401, 500), InlineData(302, 500), InlineData(204, 500)]
    public async Task Other_answer_of_the_server_is_neither_yes_nor_no(int answered, int status)
    {
        _sample.Service.Answer = StubService.Saying(answered, "", ("Location", "/elsewhere"));

        Assert.Equal(status, await ReportsAsync());
        Assert.Single(_sample.Service.Arrived);
    }

    [Fact]
    public async Task Rate_limit_of_the_server_reaches_the_client()
    {
        _sample.Service.Answer = StubService.Saying(429, "", ("Retry-After", "9"));

        using var response = await _sample.SendAsync("GET", Reports, ("Authorization", "Bearer t&1"));

        Assert.Equal((429, "9"), ((int)response.StatusCode, response.Headers.GetValues("Retry-After").Single()));
    }

    [Fact]
    public async Task Server_that_is_gone_is_a_fault_of_ours()
    {
        await _sample.Service.DisposeAsync();

        Assert.Equal(500, await ReportsAsync());
    }

    [Fact]
    public async Task Accepted_answer_is_remembered()
    {
        Assert.Equal(200, await ReportsAsync());
        Assert.Equal(200, await ReportsAsync());
        Assert.Single(_sample.Service.Arrived);
    }

    [Fact]
    public async Task Server_that_judges_the_scopes_is_asked_each_time_as_the_rule_says()
    {
        Assert.Equal(200, await ExportsAsync());
        Assert.Equal(200, await ExportsAsync());

        var tokens = _sample.Service.Arrived.Where(question => question.Target == "/oauth2/token").ToList();
        var questions = _sample.Service.Arrived.Where(question => question.Target == "/oauth2/introspect").ToList();
        Assert.Equal("grant_type=client_credentials&scope=introspect&audience=issuer", Assert.Single(tokens).Body);
        Assert.Equal("Basic cHJveHk6bm90LWEtc2VjcmV0", tokens[0].Headers["Authorization"]);
        Assert.Equal(2, questions.Count);
        Assert.Equal("token=oat_1&scope=exports.read", questions[0].Body);
        Assert.Equal(("Bearer own", "proxy", "api.test"), (questions[0].Headers["Authorization"], questions[0].Headers["X-Asked-By"], questions[0].Headers["X-Forwarded-Host"]));
    }

    [Fact]
    public async Task Token_with_another_prefix_or_in_another_place_is_nobodys()
    {
        Assert.Equal(401, await _sample.StatusAsync("GET", Exports, ("Cookie", "api_token=x_1")));
        Assert.Equal(401, await _sample.StatusAsync("GET", Exports, ("Authorization", "Bearer oat_1")));
        Assert.Empty(_sample.Service.Arrived);
    }

    private void Say() => _sample.Service.Answer = context => StubService.Saying(200, context.Request.Path == "/oauth2/token"
        ? """{"access_token":"own","expires_in":3600}"""
        : """{"active":true,"sub":"alice","client_id":"c1","aud":["reports","x"],"iss":"https://issuer.test/","scope":"reports.read reports.list","exp":99999999999}""")(context);

    private Task<int> ReportsAsync() => _sample.StatusAsync("GET", Reports, ("Authorization", "Bearer t&1"));

    private Task<int> ExportsAsync() => _sample.StatusAsync("GET", Exports, ("Cookie", "api_token=oat_1"));
}
