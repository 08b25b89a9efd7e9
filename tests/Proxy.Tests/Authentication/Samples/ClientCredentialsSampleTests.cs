using System.Text;
using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Authentication.Samples;

public sealed class ClientCredentialsSampleTests : IAsyncLifetime
{
    private SampleProxy _sample = null!;

    public async Task InitializeAsync()
    {
        _sample = await SampleProxy.StartAsync("06-client-credentials.json");
        _sample.Service.Answer = StubService.Saying(200, """{"access_token":"thrown-away","expires_in":3600}""");
    }

    public async Task DisposeAsync() => await _sample.DisposeAsync();

    [Fact]
    public async Task Decoded_credentials_are_tried_at_the_endpoint_and_name_the_subject()
    {
        Assert.Equal(200, await PostAsync("my+client%21:p%3Aw"));
        var question = _sample.Asked();
        Assert.Equal(("POST", "/oauth2/token", "grant_type=client_credentials&scope=machines.write+machines.read"), (question.Method, question.Target, question.Body));
        Assert.Equal("Basic " + Encode("my+client%21:p%3Aw"), question.Headers["Authorization"]);
        var arrived = _sample.Arrived();
        Assert.Equal(("my client!", "Basic " + Encode("my+client%21:p%3Aw")), (arrived.Headers["X-User"], arrived.Headers["Authorization"]));
    }

    [Theory]
    [InlineData(503, 503), InlineData(500, 500), InlineData(504, 504), InlineData(404, 404), InlineData(400, 401), InlineData(401, 401), InlineData(403, 401), InlineData(302, 401)]
    public async Task Status_of_the_endpoint_decides(int answered, int status)
    {
        _sample.Service.Answer = StubService.Saying(answered, "", ("Location", "/elsewhere"));

        Assert.Equal(status, await PostAsync("a:b"));
        Assert.Empty(_sample.Application.Arrived);
    }

    [Fact]
    public async Task Rate_limit_of_the_endpoint_reaches_the_client()
    {
        _sample.Service.Answer = StubService.Saying(429, "", ("X-Ratelimit-Reset", "3"));

        using var response = await _sample.SendAsync("POST", "http://api.test/machines/m1", ("Authorization", "Basic " + Encode("a:b")));

        Assert.Equal((429, "3"), ((int)response.StatusCode, response.Headers.GetValues("X-Ratelimit-Reset").Single()));
    }

    [Fact]
    public async Task Endpoint_that_is_gone_is_unavailable()
    {
        await _sample.Service.DisposeAsync();

        Assert.Equal(503, await PostAsync("a:b"));
    }

    [Fact]
    public async Task Good_credentials_are_tried_once_and_another_secret_is_another_entry()
    {
        Assert.Equal(200, await PostAsync("a:b"));
        Assert.Equal(200, await PostAsync("a:b"));
        Assert.Single(_sample.Service.Arrived);

        _sample.Service.Answer = StubService.Saying(401);
        Assert.Equal(401, await PostAsync("a:c"));
        Assert.Equal(401, await PostAsync("a:c"));
        Assert.Equal(3, _sample.Service.Arrived.Count);
    }

    [Theory]
    [InlineData("%zz:b"), InlineData("a:%4"), InlineData(":b")]
    public async Task Broken_credentials_are_refused_without_asking(string pair)
    {
        Assert.Equal(401, await PostAsync(pair));
        Assert.Empty(_sample.Service.Arrived);
    }

    [Theory]
    [InlineData("Bearer x"), InlineData("Basic !!"), InlineData("Basic bm9jb2xvbg==")]
    public async Task What_is_no_basic_authentication_is_nobodys(string authorization)
    {
        Assert.Equal(401, await _sample.StatusAsync("POST", "http://api.test/machines/m1", ("Authorization", authorization)));
        Assert.Empty(_sample.Service.Arrived);
    }

    private static string Encode(string pair) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private Task<int> PostAsync(string pair) => _sample.StatusAsync("POST", "http://api.test/machines/m1", ("Authorization", "Basic " + Encode(pair)));
}
