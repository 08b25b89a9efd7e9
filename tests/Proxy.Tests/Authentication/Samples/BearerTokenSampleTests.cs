using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Authentication.Samples;

public sealed class BearerTokenSampleTests : IAsyncLifetime
{
    private SampleProxy _sample = null!;

    public async Task InitializeAsync()
    {
        _sample = await SampleProxy.StartAsync("04-bearer-token.json");
        _sample.Service.Answer = StubService.Saying(200, """{"identity":{"id":"u1","traits":{"email":"a@b"}},"sub":"legacy","extra":{}}""");
    }

    public async Task DisposeAsync() => await _sample.DisposeAsync();

    [Fact]
    public async Task Service_sees_the_listed_header_and_the_authorization_and_nothing_else_of_the_clients()
    {
        Assert.Equal(200, await _sample.StatusAsync("POST", "http://mobile.test/api/me?x=1", ("X-Session-Token", "mob_1"), ("Authorization", "Basic eDp5"), ("X-Other", "no"), ("Cookie", "a=b")));
        var question = _sample.Asked();
        Assert.Equal(("GET", "/token?source=proxy"), (question.Method, question.Target));
        Assert.Equal(("mob_1", "Basic eDp5"), (question.Headers["X-Session-Token"], question.Headers["Authorization"]));
        Assert.False(question.Headers.ContainsKey("X-Other") || question.Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task Subject_and_extra_come_from_where_the_rule_says()
    {
        Assert.Equal(200, await _sample.StatusAsync("GET", "http://mobile.test/api/me", ("X-Session-Token", "mob_1")));
        var arrived = _sample.Arrived();
        Assert.Equal("/v1/me", arrived.Target);
        Assert.Equal(("u1", "a@b", "http", "me"), (arrived.Headers["X-User"], arrived.Headers["X-Email"], arrived.Headers["X-Scheme"], arrived.Headers["X-Rest"]));
    }

    [Theory]
    [InlineData("Bearer mob_1"), InlineData("other_1")]
    public async Task Token_with_another_prefix_is_nobodys(string token)
    {
        Assert.Equal(401, await _sample.StatusAsync("GET", "http://mobile.test/api/me", ("X-Session-Token", token)));
        Assert.Empty(_sample.Service.Arrived);
    }

    [Theory]
    [InlineData("""{"identity":{"id":"u1","traits":"text"}}"""), InlineData("""{"identity":{"id":"u1","traits":[]}}"""), InlineData("""{"identity":{"id":7,"traits":{}}}""")]
    public async Task Answer_of_another_form_than_the_rule_names_is_forbidden(string body)
    {
        _sample.Service.Answer = StubService.Saying(200, body);

        Assert.Equal(403, await _sample.StatusAsync("GET", "http://mobile.test/api/me", ("X-Session-Token", "mob_1")));
    }

    [Theory]
    [InlineData("Bearer t"), InlineData("bearer t"), InlineData("BEARER t")]
    public async Task Clients_path_and_query_take_the_place_of_the_configured_ones(string authorization)
    {
        Assert.Equal(200, await _sample.StatusAsync("GET", "http://legacy.test/x/y?a=1", ("Authorization", authorization)));
        Assert.Equal("/x/y?a=1", _sample.Asked().Target);
        Assert.Equal("legacy", _sample.Arrived().Headers["X-User"]);
    }
}
