namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>What 21-header-hygiene.yaml says a client can and cannot do, sent as bytes.</summary>
public sealed class HeaderHygieneSampleTests(HeaderHygieneSampleTests.World world) : IClassFixture<HeaderHygieneSampleTests.World>
{
    [Theory]
    [InlineData("X-User: admin"), InlineData("x-user: admin"), InlineData("X-USER: admin"), InlineData("X_User: admin"), InlineData("X.User: admin"), InlineData("x_user: admin")]
    [InlineData("Connection: X-User"), InlineData("X-User: admin", "X-User: root"), InlineData("X-User: admin", "Connection: X-User"), InlineData("X-User:"), InlineData("X-User : admin")]
    public async Task Upstream_reads_the_subject_once_whatever_the_client_sends(params string[] headers)
    {
        if (await SendAsync("/me", headers) is not { } told)
        {
            // The server itself refused the line.
            return;
        }

        Assert.Equal("u1", told.One("X-User"));
        Assert.DoesNotContain(told.Lines, header => header.Value is "admin" or "root");
    }

    [Theory]
    [InlineData("X-Role: root"), InlineData("X_Role: root"), InlineData("X-Role: root", "Connection: X-Role")]
    public async Task Header_without_its_claim_arrives_empty_and_not_as_the_client_wrote_it(params string[] headers)
    {
        var told = await SendAsync("/me", headers);

        Assert.Equal("", told!.One("X-Role"));
        Assert.DoesNotContain(told.Lines, header => header.Value == "root");
    }

    [Fact]
    public async Task Mutated_header_survives_a_connection_header_that_names_it()
    {
        var told = await SendAsync("/me", OathkeeperSample.Token(extra: """{ "role": "clerk" }"""), ["X-Role: root", "Connection: X-Role, X-User"]);

        Assert.Equal(("clerk", "u1"), (told!.One("X-Role"), told.One("X-User")));
    }

    [Theory]
    [InlineData("X-Forwarded-For"), InlineData("X-Forwarded-Host"), InlineData("X-Forwarded-Proto"), InlineData("X-Forwarded-Uri"), InlineData("X-Forwarded-Method"), InlineData("X-Forwarded-Prefix")]
    [InlineData("x_forwarded_for"), InlineData("X-FORWARDED-HOST"), InlineData("Forwarded")]
    public async Task Forwarding_header_of_the_client_is_removed(string name)
    {
        var told = await SendAsync("/me", [$"{name}: forged"]);

        Assert.DoesNotContain(told!.Lines, header => header.Value.Contains("forged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TE: gzip"), InlineData("Trailer: X-User"), InlineData("Keep-Alive: timeout=forged"), InlineData("Proxy-Connection: forged"), InlineData("Proxy-Authorization: forged"), InlineData("Proxy-Authenticate: forged")]
    public async Task Hop_by_hop_header_goes_no_further(string header)
    {
        var told = await SendAsync("/me", [header]);

        Assert.Empty(told!.All(header.Split(':')[0]));
    }

    [Fact]
    public async Task Wish_for_trailers_travels_on() => Assert.Equal("trailers", (await SendAsync("/me", ["TE: trailers"]))!.One("TE"));

    [Fact]
    public async Task Credentials_and_cookies_travel_on()
    {
        var token = OathkeeperSample.Token();
        var told = await SendAsync("/me", token, ["Cookie: a=b; c=d"]);

        Assert.Equal(("Bearer " + token, "a=b; c=d"), (told!.One("Authorization"), told.One("Cookie")));
    }

    [Fact]
    public async Task Noop_passes_every_value_of_a_header_on()
    {
        var told = await SendAsync("/pass", ["X-Many: one", "X-Many: two", "Accept-Language: de"]);

        Assert.Equal(["one", "two"], told!.All("X-Many").SelectMany(value => value.Split(", ")));
        Assert.Equal("de", told.One("Accept-Language"));
    }

    [Theory]
    [InlineData("X-User: admin"), InlineData("x_user: admin")]
    public async Task Header_that_another_rule_sets_does_not_pass_a_noop_either(string header) =>
        Assert.DoesNotContain((await SendAsync("/pass", [header]))!.Lines, sent => sent.Value == "admin");

    private Task<ArrivedRequest?> SendAsync(string path, params string[] headers) => SendAsync(path, OathkeeperSample.Token(), headers);

    private async Task<ArrivedRequest?> SendAsync(string path, string token, string[] headers)
    {
        var answer = await RawRequest.SendAsync(
            world.Proxy.Address, $"GET {path} HTTP/1.1\r\nHost: clean.test\r\nAuthorization: Bearer {token}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Connection: close\r\n\r\n").WaitAsync(TimeSpan.FromSeconds(20));
        if (answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            return world.Upstream.Next();
        }

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        return null;
    }

    public sealed class World() : SampleWorld("21-header-hygiene.yaml", "http://backend.test");
}
