using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Logins;

/// <summary>What an application may do with the sessions that it owns.</summary>
public class OwnSessionTests : VaultTests
{
    [Fact]
    public async Task Application_grants_to_a_session_that_a_browser_has_shown()
    {
        var (alice, bob) = (await Visitor.SignedInAsync(Host, "alice", "s1"), await Visitor.SignedInAsync(Host, "bob", "s2"));
        var token = await alice.KeepAsync("078-05-1120");

        (await GrantAsync(token, "s2")).IsGood();

        Assert.Equal("078-05-1120", await bob.ReadAsync(token));
        Assert.True((await AsBackendAsync("/grant/verify", $$"""{"sessionId":"s2","tokenId":"{{token}}"}""")).IsGood().Data.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Application_grants_before_the_browser_has_shown_the_session_if_it_says_whose_it_is()
    {
        var token = await (await Visitor.SignedInAsync(Host, "alice", "s1")).KeepAsync("x");

        (await GrantAsync(token, "s2")).IsRefused(403, "session-unknown");
        (await GrantAsync(token, "s2", ""","userId":"bob" """)).IsGood();

        Assert.Equal("x", await (await Visitor.SignedInAsync(Host, "bob", "s2")).ReadAsync(token));
        Assert.Equal("session-mismatch", (await new Visitor(Host).SignInAsync("carol", "s2")).Reason);
    }

    [Fact]
    public async Task Backend_of_the_node_sdk_grants_before_the_browser_has_shown_the_session()
    {
        var first = new Visitor(Host);
        (await first.SignInAsPartnerAsync("p1")).IsGood();
        var token = await first.KeepAsync("x");
        var body = $$"""{"sessionId":"p2","tokenId":"{{token}}","authProvider":"partners"}""";

        (await Host.Services.SendAsync(HttpMethod.Post, "/grant/set", Calls.Json(body), ("Authorization", LoginMint.Partner(Host, null, "application")))).IsGood();

        var second = new Visitor(Host);
        (await second.SignInAsPartnerAsync("p2")).IsGood();
        Assert.Equal("x", await second.ReadAsync(token));
    }

    [Fact]
    public async Task Session_of_one_provider_is_not_the_session_of_the_same_id_of_another()
    {
        var alice = await Visitor.SignedInAsync(Host, "alice", "same");
        var partner = new Visitor(Host);
        (await partner.SignInAsPartnerAsync("same")).IsGood();

        (await partner.DetokenizeAsync(await alice.KeepAsync("x"))).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task Session_of_an_application_is_not_the_realms_session_of_the_same_id()
    {
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsGood();
        var visitor = await Visitor.SignedInAsync(Host, "somebody", Alice.Sid);
        (await Host.EndAsync(Alice)).IsGood();

        Assert.True(await visitor.HasSessionAsync());
    }

    [Fact]
    public async Task Application_ends_its_session_and_all_that_it_held()
    {
        var alice = await Visitor.SignedInAsync(Host, "alice", "s1");
        var token = await alice.KeepAsync("x");

        (await AsBackendAsync("/v1/sessions/end", """{"sid":"s1"}""")).IsGood();
        (await AsBackendAsync("/v1/sessions/end", """{"sid":"s1"}""")).IsGood();

        Assert.False(await alice.HasSessionAsync());
        (await alice.DetokenizeAsync(token)).IsRefused(401, "session-required");
        (await GrantAsync(token, "s1", ""","userId":"alice" """)).IsRefused(403, "session-ended");
        (await new Visitor(Host).SignInAsync("alice", "s1")).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task Application_whose_sessions_a_proxy_owns_ends_none() =>
        (await Host.AsApplicationAsync("/v1/sessions/end", """{"sid":"sid-alice"}""")).IsRefused(403, "caller-not-allowed");

    [Theory]
    [InlineData("/grant/set"), InlineData("/grant/verify")]
    public async Task Provider_that_does_not_exist_has_no_sessions(string path) =>
        (await AsBackendAsync(path, """{"sessionId":"s1","tokenId":"lunasec-00000000-0000-4000-8000-000000000000","authProvider":"evil"}""")).IsRefused(400, "provider-unknown");

    [Theory]
    [InlineData("""{"sid":"s1","userId":7}"""), InlineData("""{"sid":"s1","authProvider":7}"""), InlineData("""{"sid":"s1","until":"x"}"""), InlineData("""{"sid":""}"""), InlineData("{}")]
    public async Task Malformed_end_is_refused(string body) => (await AsBackendAsync("/v1/sessions/end", body)).IsRefused(400, "body-invalid");

    [Fact]
    public async Task Assertion_of_a_proxy_proves_no_session_here()
    {
        var token = await (await Visitor.SignedInAsync(Host, "alice", "s1")).KeepAsync("x");

        (await GrantAsync(token, "sid-bob", $",\"assertion\":\"{Mint.SidecarAssertion(Host, Bob)}\"")).IsRefused(403, "session-unknown");
    }

    private Task<Answered> GrantAsync(string token, string sid, string more = "") =>
        AsBackendAsync("/grant/set", $$"""{"sessionId":"{{sid}}","tokenId":"{{token}}"{{more}}}""");

    private Task<Answered> AsBackendAsync(string path, string body) =>
        Host.Services.SendAsync(HttpMethod.Post, path, Calls.Json(body), ("Authorization", LoginMint.Backend(Host)));
}
