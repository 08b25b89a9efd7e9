using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tests.Hosted;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Tokenizer.Tests.Sessions;

public class SessionEndpointsTests : VaultTests
{
    [Fact]
    public async Task Ensure_answers_at_once_and_redirects_nobody()
    {
        (await Host.GetAsync(Alice, "/session/ensure")).IsGood();
        (await Host.GetAsync(Alice, "/session/ensure?auth_provider=other")).IsGood();
        (await VisitAsync("/session/ensure")).IsRefused(401, "assertion-missing");
    }

    [Fact]
    public async Task Verify_is_always_200_and_says_whether_there_is_a_session()
    {
        Assert.True((await Host.GetAsync(Alice, "/session/verify")).IsGood().Json.GetProperty("success").GetBoolean());

        var without = (await VisitAsync("/session/verify")).IsGood();
        Assert.False(without.Json.GetProperty("success").GetBoolean());
        Assert.Equal("assertion-missing", without.Reason);

        var forged = (await VisitAsync("/session/verify", ("X-Auth-Assertion", "x.y.z"))).IsGood();
        Assert.False(forged.Json.GetProperty("success").GetBoolean());

        await Host.EndAsync(Alice);
        var ended = (await Host.GetAsync(Alice, "/session/verify")).IsGood();
        Assert.False(ended.Json.GetProperty("success").GetBoolean());
        Assert.Equal("session-ended", ended.Reason);
    }

    [Fact]
    public async Task Verify_names_the_session_to_whoever_names_none_and_refuses_whoever_names_another()
    {
        var mark = (await Host.GetAsync(Alice, "/session/verify")).IsGood().Header("lunasec-session-hash")!;
        Assert.Equal(mark, (await Host.PostAsync(Alice, "/tokenize", "{}")).Header("lunasec-session-hash"));

        Assert.True((await VerifyAsync(Alice, mark)).Json.GetProperty("success").GetBoolean());
        var other = await VerifyAsync(Bob, mark);
        Assert.Equal((false, "session-hash-mismatch"), (other.Json.GetProperty("success").GetBoolean(), other.Reason));
        Assert.Null(other.Header("lunasec-session-hash"));
    }

    [Fact]
    public async Task Only_the_applications_own_pages_may_read_that()
    {
        var own = await VisitAsync("/session/verify", ("Origin", VaultHost.BankOrigin), ("Sec-Fetch-Site", "same-site"));
        Assert.Equal((VaultHost.BankOrigin, "true", "Origin"), (own.Header("Access-Control-Allow-Origin"), own.Header("Access-Control-Allow-Credentials"), own.Header("Vary")));

        foreach (var origin in new[] { "http://evil.test", "null", "http://bank.app.localhost", VaultHost.BankOrigin + "/" })
        {
            Assert.Null((await VisitAsync("/session/verify", ("Origin", origin))).Header("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task No_other_answer_may_be_read_by_another_origin()
    {
        foreach (var path in new[] { "/session/ensure", "/health", "/v1/values/x" })
        {
            Assert.Null((await VisitAsync(path, ("Origin", VaultHost.BankOrigin))).Header("Access-Control-Allow-Origin"));
        }

        Assert.Null((await Host.PostAsync(Alice, "/tokenize", "{}", ("Origin", VaultHost.BankOrigin))).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Create_does_not_exist_where_a_proxy_owns_the_session() =>
        (await Host.GetAsync(Alice, "/session/create?state=x&openid_token=" + Mint.ApplicationToken(Host))).IsRefused(404, "route-unknown");

    [Fact]
    public async Task An_ended_session_can_do_nothing_with_a_genuine_assertion()
    {
        var token = await Host.KeepAsync(Alice, metadata: """{"a":1}""");
        (await Host.EndAsync(Alice)).IsGood();

        (await Host.DetokenizeAsync(Alice, token)).IsRefused(403, "session-ended");
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsRefused(403, "session-ended");
        (await Host.PostAsync(Alice, "/metadata/get", $$"""{"tokenId":"{{token}}"}""")).IsRefused(403, "session-ended");
        (await Host.GetAsync(Alice, "/session/ensure")).IsRefused(403, "session-ended");
        (await Host.GrantAsync(Alice, token)).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task The_end_of_a_session_leaves_others_alone()
    {
        var token = await Host.KeepAsync(Bob);
        (await Host.EndAsync(Alice)).IsGood();

        Assert.Equal("078-05-1120", await Host.ReadAsync(Bob, token));
    }

    [Fact]
    public async Task Ending_a_session_again_is_fine_and_so_is_ending_one_that_nobody_knew()
    {
        (await Host.EndAsync(Alice)).IsGood();
        (await Host.EndAsync(Alice)).IsGood();
        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task A_tombstone_outlasts_every_assertion_even_if_it_was_asked_to_be_short()
    {
        (await Host.AsSidecarAsync("/v1/sessions/end", """{"sid":"sid-alice","until":1}""")).IsGood();
        Host.Clock.Advance(TimeSpan.FromMinutes(64));
        await Host.Parts.GetRequiredService<Sweeper>().SweepAsync(default);

        (await Host.PostAsync(Alice, "/tokenize", "{}")).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task A_grant_set_while_the_session_ends_is_worth_nothing_afterwards()
    {
        var token = await Host.KeepAsync(Alice);
        var setting = Enumerable.Range(0, 16).Select(_ => Host.GrantAsync(Alice, token)).ToList();
        setting.Add(Host.EndAsync(Alice));
        await Task.WhenAll(setting);

        Assert.All(setting.Take(16), set => Assert.Contains((int)set.Result.Status, new[] { 200, 403 }));
        (await Host.DetokenizeAsync(Alice, token)).IsRefused(403, "session-ended");
        using var database = new Database(Host);
        Assert.Equal(0, database.Count("grants"));
    }

    [Theory]
    [InlineData("{}"), InlineData("""{"sid":"s"}"""), InlineData("""{"sid":"","until":4000000000}"""), InlineData("""{"sid":"s","until":"4000000000"}""")]
    [InlineData("""{"sid":"s","until":-1}"""), InlineData("""{"sid":"s","until":9223372036854775807}"""), InlineData("""{"sid":"s","until":1.5}"""), InlineData("""{"sid":7,"until":1}""")]
    public async Task A_malformed_end_is_refused(string body) => (await Host.AsSidecarAsync("/v1/sessions/end", body)).IsRefused(400, "body-invalid");

    [Fact]
    public async Task Expired_grants_and_tombstones_are_swept_in_the_background()
    {
        await Host.KeepAsync(Alice);
        await Host.EndAsync(Bob);
        Host.Clock.Advance(TimeSpan.FromHours(5));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var database = new Database(Host);
        while (database.Count("grants") + database.Count("sessions") + database.Count("tombstones") + database.Count("tickets") > 0)
        {
            Host.Clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(10, patience.Token);
        }

        Assert.Equal(1, database.Count("tokens"));
    }

    private async Task<Answered> VerifyAsync(Person person, string mark) => (await Host.Users.SendAsync(
        HttpMethod.Get, "/session/verify", null,
        ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", Mint.Assertion(Host, person)), ("lunasec-session-hash", mark))).IsGood();

    private Task<Answered> VisitAsync(string path, params (string Name, string Value)[] headers) =>
        Host.Users.SendAsync(HttpMethod.Get, path, null, [("Host", VaultHost.VaultHostName), .. headers]);
}
