using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Grants;

public class GrantEndpointsTests : VaultTests
{
    private const string Unknown = "lunasec-00000000-0000-4000-8000-000000000000";

    private protected override Task<VaultHost> StartAsync() => VaultHost.StartAsync("grant_api: full\ngrant_if: any");

    [Fact]
    public async Task A_grant_lets_another_session_read()
    {
        var token = await Host.KeepAsync(Alice);
        (await Host.DetokenizeAsync(Bob, token)).IsRefused(403, "grant-missing");

        (await Host.GrantAsync(Bob, token)).IsGood();

        Assert.Equal("078-05-1120", await Host.ReadAsync(Bob, token));
        Assert.True(await ValidAsync(Bob, token));
    }

    [Theory]
    [InlineData("45s", 45), InlineData("1m30s", 90), InlineData("0.5h", 1800), InlineData("", 900), InlineData("1h", 3600), InlineData("+5s", 5)]
    public async Task A_grant_holds_as_long_as_it_was_given(string duration, int seconds)
    {
        var token = await Host.KeepAsync(Alice);
        (await Host.GrantAsync(Bob, token, duration)).IsGood();

        Host.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.True(await ValidAsync(Bob, token));
        Host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await ValidAsync(Bob, token));
    }

    [Theory]
    [InlineData("0"), InlineData("0s"), InlineData("-1s"), InlineData("1ns"), InlineData("61m"), InlineData("1d"), InlineData("15"), InlineData("m"), InlineData(" 1m"), InlineData("1m ")]
    [InlineData("1h1ms"), InlineData("99999999999999999999999999999h"), InlineData("٣s"), InlineData("1e9s"), InlineData("soon")]
    public async Task A_duration_that_is_malformed_or_out_of_bounds_is_refused(string duration)
    {
        var token = await Host.KeepAsync(Alice);

        (await Host.GrantAsync(Bob, token, duration)).IsRefused(400, "duration-invalid");
        Assert.False(await ValidAsync(Bob, token));
    }

    [Fact]
    public async Task Setting_again_replaces_the_end_also_by_an_earlier_one()
    {
        var token = await Host.KeepAsync(Alice);
        (await Host.GrantAsync(Bob, token, "1h")).IsGood();
        (await Host.GrantAsync(Bob, token, "1m")).IsGood();

        Host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await ValidAsync(Bob, token));
    }

    [Fact]
    public async Task A_grant_never_outlives_its_session()
    {
        var token = await Host.KeepAsync(Alice);
        var shortly = Bob with { SessionMinutes = 2 };
        (await Host.GrantAsync(shortly, token, "1h")).IsGood();

        Host.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(await ValidAsync(shortly, token));
    }

    [Fact]
    public async Task A_session_that_a_gateway_brought_is_known_without_a_proof()
    {
        var token = await Host.KeepAsync(Alice);
        (await SetAsync("sid-bob", token)).IsRefused(403, "session-unknown");

        (await Host.PostAsync(Bob, "/tokenize", "{}")).IsGood();

        (await SetAsync("sid-bob", token)).IsGood();
    }

    [Fact]
    public async Task A_made_up_session_gets_no_grant()
    {
        var token = await Host.KeepAsync(Alice);

        (await SetAsync("sid-made-up", token)).IsRefused(403, "session-unknown");
    }

    [Fact]
    public async Task A_gateways_assertion_is_proof_too()
    {
        var token = await Host.KeepAsync(Alice);

        (await SetAsync("sid-bob", token, Mint.Assertion(Host, Bob))).IsGood();
    }

    [Fact]
    public async Task A_proof_of_another_session_is_refused()
    {
        var token = await Host.KeepAsync(Alice);

        (await SetAsync("sid-bob", token, Mint.SidecarAssertion(Host, Alice))).IsRefused(403, "session-mismatch");
    }

    [Fact]
    public async Task A_proof_that_is_none_is_refused()
    {
        var token = await Host.KeepAsync(Alice);
        foreach (var proof in new[]
        {
            "", "x",
            Mint.SidecarAssertion(Host, Bob, "shop"),
            Mint.SidecarAssertion(Host, Bob, "tokenizer:bank"),
            Mint.Assertion(Host, Bob, "tokenizer:shop"),
            Mint.Assertion(Host, Bob, "bank"),
            Mint.Assertion(Host, Bob, "bank", Host.BankKey, "bank"),
            Mint.Assertion(Host, Bob, age: 300),
            Mint.SidecarAssertion(Host, Bob, change: claims => { claims.Remove("sid"); claims.Remove("session_exp"); }),
            Mint.ServiceToken(Host),
        })
        {
            (await SetAsync("sid-bob", token, proof)).IsRefused(401, "assertion-invalid");
        }
    }

    [Fact]
    public async Task A_session_id_of_somebody_else_is_not_taken_over_by_a_proof()
    {
        var token = await Host.KeepAsync(Alice);
        var thief = new Person("sid-alice", "mallory");

        (await SetAsync("sid-alice", token, Mint.SidecarAssertion(Host, thief))).IsRefused(403, "session-mismatch");
        (await Host.DetokenizeAsync(thief, token)).IsRefused(403, "session-mismatch");
    }

    [Fact]
    public async Task A_proof_made_before_the_end_revives_nothing()
    {
        var token = await Host.KeepAsync(Alice);
        var proof = Mint.SidecarAssertion(Host, Bob);
        (await Host.EndAsync(Bob)).IsGood();

        (await SetAsync("sid-bob", token, proof)).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task A_token_that_does_not_exist_gets_no_grant()
    {
        (await SetAsync("sid-bob", Unknown, Mint.SidecarAssertion(Host, Bob))).IsRefused(404, "token-unknown");
        Assert.False(await ValidAsync(Bob, Unknown));
    }

    [Fact]
    public async Task A_neighbours_token_is_foreign()
    {
        var token = await Host.KeepAsync(Alice);
        var body = $$"""{"sessionId":"sid-alice","tokenId":"{{token}}"}""";
        var shop = Mint.ApplicationToken(Host, Host.ShopKey, "shop");

        (await Host.Services.SendAsync(HttpMethod.Post, "/grant/set", Calls.Json(body), ("Authorization", shop))).IsRefused(403, "foreign-token");
        (await Host.Services.SendAsync(HttpMethod.Post, "/grant/verify", Calls.Json(body), ("Authorization", shop))).IsRefused(403, "foreign-token");
    }

    [Fact]
    public async Task Session_and_token_cannot_be_mixed_up_across_their_border()
    {
        var token = await Host.KeepAsync(Alice);
        (await Host.GrantAsync(Bob, token)).IsGood();

        Assert.False(await ValidAsync(Bob with { Sid = "sid-bob" + token[..4] }, token));
        Assert.False(await ValidAsync(Bob with { Sid = "sid-bo" }, token));
    }

    [Theory]
    [InlineData("""{"tokenId":"lunasec-00000000-0000-4000-8000-000000000000"}""", "body-invalid")]
    [InlineData("""{"sessionId":"","tokenId":"lunasec-00000000-0000-4000-8000-000000000000"}""", "body-invalid")]
    [InlineData("""{"sessionId":7,"tokenId":"lunasec-00000000-0000-4000-8000-000000000000"}""", "body-invalid")]
    [InlineData("""{"sessionId":"s"}""", "token-malformed")]
    [InlineData("""{"sessionId":"s","tokenId":""}""", "token-malformed")]
    [InlineData("""{"sessionId":"s","tokenId":"s"}""", "token-malformed")]
    [InlineData("[]", "body-invalid")]
    public async Task Malformed_questions_are_refused(string body, string reason)
    {
        (await Host.AsApplicationAsync("/grant/verify", body)).IsRefused(400, reason);
        (await Host.AsApplicationAsync("/grant/set", body)).IsRefused(400, reason);
    }

    [Theory]
    [InlineData("customDuration", "7"), InlineData("assertion", "7"), InlineData("customDuration", "{}")]
    public async Task Malformed_extras_are_refused(string name, string value) =>
        (await Host.AsApplicationAsync("/grant/set", $$"""{"sessionId":"s","tokenId":"{{Unknown}}","{{name}}":{{value}}}""")).IsRefused(400, "body-invalid");

    [Fact]
    public async Task An_id_that_is_longer_than_any_is_refused() =>
        (await Host.AsApplicationAsync("/grant/verify", $$"""{"sessionId":"{{new string('s', 1025)}}","tokenId":"{{Unknown}}"}""")).IsRefused(400, "body-invalid");

    private async Task<bool> ValidAsync(Person person, string token) =>
        (await Host.AsApplicationAsync("/grant/verify", $$"""{"sessionId":"{{person.Sid}}","tokenId":"{{token}}"}""")).IsGood().Data.GetProperty("valid").GetBoolean();

    private Task<Answered> SetAsync(string sid, string token, string? proof = null) => Host.AsApplicationAsync(
        "/grant/set", $$"""{"sessionId":"{{sid}}","tokenId":"{{token}}"{{(proof is null ? "" : $",\"assertion\":\"{proof}\"")}}}""");
}
