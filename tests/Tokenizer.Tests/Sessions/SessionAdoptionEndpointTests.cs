using AuthProxy.Jose;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Sessions;

public class SessionAdoptionEndpointTests : VaultTests
{
    // A guest is its proxy's own word.
    private static readonly Person Guest = new("sid-guest", "guest-8f14e45f", "https://sidecar.test", 30);

    [Fact]
    public async Task What_somebody_typed_as_a_guest_is_theirs_after_the_login()
    {
        var token = await Host.KeepAsync(Guest);

        Assert.True((await AdoptAsync(Guest, Alice)).IsGood().Json.GetProperty("adopted").GetBoolean());

        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));
        (await Host.DetokenizeAsync(Guest, token)).IsRefused(403, "session-ended");
        (await Host.GrantAsync(Alice, token)).IsGood();
    }

    [Fact]
    public async Task Saying_so_again_changes_nothing_and_gives_nothing_to_another()
    {
        var token = await Host.KeepAsync(Guest);
        await AdoptAsync(Guest, Alice);

        Assert.False((await AdoptAsync(Guest, Alice)).IsGood().Json.GetProperty("adopted").GetBoolean());
        Assert.False((await AdoptAsync(Guest, Bob)).IsGood().Json.GetProperty("adopted").GetBoolean());

        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));
        (await Host.DetokenizeAsync(Bob, token)).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task Adoption_theft_what_a_user_owns_never_passes_over()
    {
        var token = await Host.KeepAsync(Alice);

        (await AdoptAsync(Alice, Bob)).IsRefused(403, "guest-required");

        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));
    }

    [Theory]
    [InlineData("guest-8f14e45f", "https://login.test"), InlineData("alice", "https://sidecar.test"), InlineData("guest-8f14e45f", "bank")]
    public async Task Adoption_theft_nobody_is_a_guest_but_by_the_word_of_a_proxy(string subject, string issuer) =>
        (await AdoptAsync(new Person("sid-x", subject, issuer), Alice)).IsRefused(403, "guest-required");

    [Fact]
    public async Task A_guest_adopts_nothing() =>
        (await AdoptAsync(Guest, Guest with { Sid = "sid-other", Subject = "guest-other" })).IsRefused(403, "guest-required");

    [Fact]
    public async Task Nothing_of_another_application_passes_over_by_the_word_of_a_sidecar()
    {
        var made = (await Host.Users.SendAsync(
            HttpMethod.Post, "/tokenize", Calls.Json("{}"),
            ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Guest, "tokenizer:shop")))).IsGood();
        var token = made.Data.GetProperty("tokenId").GetString()!;
        (await AdoptAsync(Guest, Alice)).IsGood();

        var asked = await Host.Users.SendAsync(
            HttpMethod.Post, "/detokenize", Calls.Json($$"""{"tokenId":"{{token}}"}"""),
            ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:shop")));

        asked.IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task Only_proxies_may_say_so()
    {
        var body = Body(Guest, Alice);

        (await Host.AsApplicationAsync("/v1/sessions/adopt", body)).IsRefused(403, "caller-not-allowed");
        (await Host.Services.SendAsync(HttpMethod.Post, "/v1/sessions/adopt", Calls.Json(body))).IsRefused(401, "credentials-missing");
        (await Host.PostAsync(Guest, "/v1/sessions/adopt", body)).IsRefused(404, "route-unknown");
        (await Host.Services.SendAsync(HttpMethod.Post, "/v1/sessions/adopt", Calls.Json(body), ("Authorization", Mint.ServiceToken(Host, SigningKey.Generate()))))
            .IsRefused(401, "credentials-invalid");
    }

    [Fact]
    public async Task Session_that_is_over_adopts_nothing_and_the_guest_goes_on()
    {
        var token = await Host.KeepAsync(Guest);
        await Host.EndAsync(Alice);

        (await AdoptAsync(Guest, Alice)).IsRefused(403, "session-ended");

        Assert.Equal("078-05-1120", await Host.ReadAsync(Guest, token));
    }

    [Theory]
    [InlineData("{}"), InlineData("""{"guest":{},"session":{}}"""), InlineData("""{"guest":"sid","session":"sid"}""")]
    [InlineData("""{"guest":{"sid":"a","sub":"guest-a","sub_iss":"https://sidecar.test"},"session":{"sid":"b","sub":"b","sub_iss":"i","session_exp":4000000000}}""")]
    public async Task A_malformed_adoption_is_refused(string body) => (await Host.AsSidecarAsync("/v1/sessions/adopt", body)).IsRefused(400, "body-invalid");

    private Task<Answered> AdoptAsync(Person guest, Person session) => Host.AsSidecarAsync("/v1/sessions/adopt", Body(guest, session));

    private string Body(Person guest, Person session) => $$"""{"guest":{{Stated(guest)}},"session":{{Stated(session)}}}""";

    private string Stated(Person person) =>
        $$"""{"sid":"{{person.Sid}}","sub":"{{person.Subject}}","sub_iss":"{{person.Issuer}}","session_exp":{{Mint.SessionEnd(Host, person)}}}""";
}
