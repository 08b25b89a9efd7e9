using System.Text;
using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Authentication.Samples;

public sealed class FallThroughSampleTests : IAsyncLifetime
{
    private const string Mixed = "http://multi.test/mixed";

    private SampleProxy _sample = null!;

    public async Task InitializeAsync()
    {
        _sample = await SampleProxy.StartAsync("20-fall-through.yaml");
        Say(200, """{"identity":{"id":"u1"}}""");
    }

    public async Task DisposeAsync() => await _sample.DisposeAsync();

    [Fact]
    public async Task Good_session_decides_and_the_token_is_not_looked_at()
    {
        Assert.Equal(200, await _sample.StatusAsync("GET", Mixed, ("Cookie", "app_session=1"), ("Authorization", "Bearer not.a.token")));
        Assert.Equal("u1", _sample.Arrived().Headers["X-User"]);
    }

    [Fact]
    public async Task Bad_session_ends_the_search_even_with_a_good_token()
    {
        Say(401, "");

        Assert.Equal(401, await _sample.StatusAsync("GET", Mixed, ("Cookie", "app_session=1"), ("Authorization", "Bearer " + Token())));
        Assert.Empty(_sample.Application.Arrived);
    }

    [Fact]
    public async Task Without_a_session_a_good_token_decides()
    {
        Assert.Equal(200, await _sample.StatusAsync("GET", Mixed, ("Authorization", "Bearer " + Token())));
        Assert.Equal("alice", _sample.Arrived().Headers["X-User"]);
    }

    [Fact]
    public async Task Expired_token_gets_no_second_chance_as_a_guest() =>
        Assert.Equal(401, await _sample.StatusAsync("GET", Mixed, ("Authorization", "Bearer " + Token(TimeSpan.FromMinutes(-5)))));

    [Theory]
    [InlineData("Bearer opaque"), InlineData("Basic eDp5")]
    public async Task Credentials_that_are_nobodys_make_no_guest(string authorization) =>
        Assert.Equal(401, await _sample.StatusAsync("GET", Mixed, ("Authorization", authorization)));

    [Fact]
    public async Task Who_brings_nothing_is_a_guest()
    {
        Assert.Equal(200, await _sample.StatusAsync("GET", Mixed));
        Assert.Equal("guest", _sample.Arrived().Headers["X-User"]);
    }

    [Fact]
    public async Task Unauthorized_at_the_end_refuses_whoever_falls_through()
    {
        Assert.Equal(401, await _sample.StatusAsync("GET", "http://multi.test/strict"));
        Assert.Equal(200, await _sample.StatusAsync("GET", "http://multi.test/strict", ("Cookie", "app_session=1")));
    }

    [Fact]
    public async Task Token_of_three_parts_is_verified_and_any_other_introspected()
    {
        Say(200, """{"active":true,"sub":"bob"}""");

        Assert.Equal(200, await _sample.StatusAsync("GET", "http://multi.test/opaque", ("Authorization", "Bearer opaque")));
        Assert.Equal("bob", _sample.Arrived().Headers["X-User"]);
        Assert.Equal(200, await _sample.StatusAsync("GET", "http://multi.test/opaque", ("Authorization", "Bearer " + Token())));
        Assert.Equal("alice", _sample.Arrived().Headers["X-User"]);
    }

    private static string Token(TimeSpan? lifetime = null) =>
        TestTokens.Mint(RunningProxy.IssuerKey, TimeProvider.System.GetUtcNow(), issuer: "https://issuer.test/", lifetime: lifetime);

    private void Say(int status, string body) => _sample.Service.Answer = context =>
        (context.Request.Path == "/.well-known/jwks.json" ? StubService.Saying(200, Encoding.UTF8.GetString(TestTokens.KeySet(RunningProxy.IssuerKey))) : StubService.Saying(status, body))(context);
}
