using System.Text;
using System.Text.Json;
using AuthProxy.Jose;
using AuthProxy.Proxy.Tests.Pipeline;

namespace AuthProxy.Proxy.Tests.Authentication.Samples;

public sealed class JwtSampleTests : IAsyncLifetime
{
    private const string Issuer = "https://issuer.test/";

    private static readonly SigningKey Stranger = SigningKey.Generate();

    private SampleProxy _sample = null!;

    public async Task InitializeAsync()
    {
        _sample = await SampleProxy.StartAsync("02-jwt.yaml");
        _sample.Service.Answer = StubService.Saying(200, Encoding.UTF8.GetString(TestTokens.KeySet(RunningProxy.IssuerKey)));
    }

    public async Task DisposeAsync() => await _sample.DisposeAsync();

    [Fact]
    public async Task Granted_star_covers_the_scope_and_extra_holds_the_scopes_as_a_list()
    {
        Assert.Equal(200, await ReadAsync(Mint(more: writer => writer.WriteString("scope", "openid orders.*"))));
        var arrived = _sample.Arrived();
        Assert.Equal("alice", arrived.Headers["X-User"]);
        Assert.Equal("openid orders.*", arrived.Headers["X-Scopes"]);
        Assert.Equal("", arrived.Headers.GetValueOrDefault("X-Tenant", ""));
        Assert.Equal("/.well-known/jwks.json", _sample.Asked().Target);
    }

    [Fact]
    public async Task Missing_scope_is_refused() => Assert.Equal(401, await ReadAsync(Mint(more: writer => writer.WriteString("scope", "orders"))));

    [Fact]
    public async Task Wrong_issuer_is_refused() => Assert.Equal(401, await ReadAsync(Mint(issuer: "https://other.test/")));

    [Fact]
    public async Task Signature_of_a_stranger_is_refused() => Assert.Equal(401, await ReadAsync(Mint(key: Stranger)));

    [Fact]
    public async Task Expired_token_is_refused() => Assert.Equal(401, await ReadAsync(Mint(lifetime: TimeSpan.FromMinutes(-5))));

    [Fact]
    public async Task Algorithm_that_the_rule_leaves_out_is_refused_although_the_configuration_has_it()
    {
        using var response = await _sample.SendAsync("POST", "http://api.test/orders", ("Authorization", "Bearer " + Mint(more: writer => writer.WriteString("scope", "orders.write orders.audit"))));

        Assert.Equal(401, (int)response.StatusCode);
        Assert.Empty(_sample.Application.Arrived);
    }

    [Fact]
    public async Task Token_stands_in_the_query_where_the_rule_says_so_and_nowhere_else()
    {
        var token = Mint();

        Assert.Equal(200, await _sample.StatusAsync("GET", "http://api.test/stream?access_token=" + token));
        Assert.Equal(401, await _sample.StatusAsync("GET", "http://api.test/stream", ("Authorization", "Bearer " + token)));
    }

    [Theory]
    [InlineData(null), InlineData("Bearer opaque"), InlineData("Bearer a.b"), InlineData("Basic eDp5")]
    public async Task What_is_no_token_of_three_parts_is_nobodys_and_so_refused(string? authorization)
    {
        Assert.Equal(401, authorization is null
            ? await _sample.StatusAsync("GET", "http://api.test/orders/7")
            : await _sample.StatusAsync("GET", "http://api.test/orders/7", ("Authorization", authorization)));
        Assert.Empty(_sample.Service.Arrived);
    }

    private static string Mint(SigningKey? key = null, string issuer = Issuer, TimeSpan? lifetime = null, Action<Utf8JsonWriter>? more = null) =>
        TestTokens.Mint(key ?? RunningProxy.IssuerKey, TimeProvider.System.GetUtcNow(), issuer: issuer, lifetime: lifetime, more: more);

    private Task<int> ReadAsync(string token) => _sample.StatusAsync("GET", "http://api.test/orders/7", ("Authorization", "Bearer " + token));
}
