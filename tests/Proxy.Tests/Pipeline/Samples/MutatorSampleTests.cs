namespace AuthProxy.Proxy.Tests.Pipeline.Samples;

/// <summary>What 09-mutators.yaml says must come out of it.</summary>
public sealed class MutatorSampleTests(MutatorSampleTests.World world) : IClassFixture<MutatorSampleTests.World>
{
    private const string Extra =
        """{ "email": "a@b", "roles": ["x", "y"], "level": 3, "account": 1234567, "nested": { "ok": true }, "example.com/claims": ["p", "q"] }""";

    [Theory]
    [InlineData("X-User", "u1"), InlineData("X-Category", "shoes"), InlineData("X-Item", "42"), InlineData("X-Missing", ""), InlineData("X-Roles", "x,y"), InlineData("X-Claims", "p-q")]
    [InlineData("X-Level", "3"), InlineData("X-Account", "1.234567e+06"), InlineData("X-Account-Int", "1234567"), InlineData("X-Ok", "true"), InlineData("X-Gone", ""), InlineData("X-No-Value", "<no value>")]
    [InlineData("X-Lang", "de"), InlineData("X-Path", "/shop/shoes/42"), InlineData("X-Upper", "U1"), InlineData("X-Default", "nobody")]
    public async Task Header_is_what_the_sample_says_and_replaces_the_clients_also_where_it_is_empty(string name, string value)
    {
        using var response = await world.Proxy.SendAsync("GET", "http://tpl.test/shop/shoes/42?lang=de", OathkeeperSample.Token(extra: Extra), headers: [(name, "forged"), (name.Replace('-', '_'), "forged")]);

        var told = world.Upstream.Next();
        Assert.Equal(value, told.One(name));
        Assert.DoesNotContain(told.Lines, header => header.Value == "forged");
    }

    [Fact]
    public async Task Cookies_replace_the_clients_of_the_same_name_and_the_others_stay()
    {
        using var response = await world.Proxy.SendAsync(
            "GET", "http://tpl.test/shop/shoes/42", OathkeeperSample.Token(extra: Extra), headers: ("Cookie", "user=admin; theme=dark; email=forged; __Host-authproxy=secret"));

        Assert.Equal("user=u1; email=a@b; theme=dark", world.Upstream.Next().One("Cookie"));
    }

    [Fact]
    public async Task Last_mutator_to_set_a_header_wins()
    {
        using var response = await world.Proxy.SendAsync("GET", "http://tpl.test/order", headers: ("X-Step", "forged"));

        Assert.Equal("2", world.Upstream.Next().One("X-Step"));
    }

    public sealed class World() : SampleWorld("09-mutators.yaml", "http://backend.test:8080");
}
