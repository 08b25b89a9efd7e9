using AuthProxy.Jose;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Callers;

public class UserCallersTests : VaultTests
{
    [Fact]
    public async Task Without_an_assertion_nobody_is_anybody()
    {
        (await CallAsync()).IsRefused(401, "assertion-missing");
        (await CallAsync(("X-Auth-Assertion", ""))).IsRefused(401, "assertion-missing");
        (await CallAsync(("Cookie", "access_token=" + Mint.Assertion(Host, Alice)))).IsRefused(401, "assertion-missing");
        (await CallAsync(("Authorization", Mint.Assertion(Host, Alice)))).IsRefused(401, "assertion-missing");
    }

    [Fact]
    public async Task Two_assertions_are_refused() => (await RawHttp.SendAsync(Host.Users, $"""
        POST /tokenize HTTP/1.1
        Host: {VaultHost.VaultHostName}
        Connection: close
        X-Auth-Assertion: {Mint.Assertion(Host, Alice)}
        x-auth-assertion: {Mint.Assertion(Host, Bob)}
        Content-Type: application/json
        Content-Length: 2

        {"{}"}
        """)).IsRefused(400, "credentials-ambiguous");

    [Fact]
    public async Task Two_assertions_in_one_line_are_refused() =>
        (await CallAsync(("X-Auth-Assertion", Mint.Assertion(Host, Alice) + "," + Mint.Assertion(Host, Bob)))).IsRefused(401, "assertion-invalid");

    [Fact]
    public async Task An_assertion_and_an_authorization_header_are_refused() =>
        (await CallAsync(("X-Auth-Assertion", Mint.Assertion(Host, Alice)), ("Authorization", Mint.ApplicationToken(Host)))).IsRefused(400, "credentials-ambiguous");

    [Fact]
    public async Task Headers_in_other_spellings_are_not_the_assertion() =>
        (await CallAsync(("X_Auth_Assertion", Mint.Assertion(Host, Alice)), ("X-Auth-Subject", "alice"), ("X-Auth-Session", "sid-alice")))
            .IsRefused(401, "assertion-missing");

    [Theory]
    [InlineData("bank"), InlineData("tokenizer:unknown"), InlineData("tokenizer"), InlineData("tokenizer-services"), InlineData("")]
    public async Task An_assertion_for_another_audience_is_refused(string audience) => await RefusedAsync(Mint.Assertion(Host, Alice, audience));

    [Fact]
    public async Task An_assertion_for_two_audiences_is_refused() =>
        await RefusedAsync(Mint.Assertion(Host, Alice, change: claims => claims["aud"] = new[] { "tokenizer:bank", "tokenizer:shop" }));

    [Fact]
    public async Task An_expired_assertion_is_refused() => await RefusedAsync(Mint.Assertion(Host, Alice, age: 180));

    [Fact]
    public async Task An_assertion_from_the_future_is_refused() => await RefusedAsync(Mint.Assertion(Host, Alice, age: -600));

    [Fact]
    public async Task An_assertion_that_lives_longer_than_a_minute_is_refused() => await RefusedAsync(Mint.Assertion(Host, Alice, life: 61));

    [Theory]
    [InlineData(JwtTypes.Service), InlineData(JwtTypes.Application), InlineData("JWT"), InlineData("at+jwt")]
    public async Task A_token_of_another_kind_is_no_assertion(string type) => await RefusedAsync(Mint.Assertion(Host, Alice, type: type));

    [Fact]
    public async Task The_key_of_a_sidecar_signs_no_users() => await RefusedAsync(Mint.SidecarAssertion(Host, Alice, "tokenizer:bank"));

    [Fact]
    public async Task The_key_of_a_sidecar_signs_no_users_under_the_gateways_name() => await RefusedAsync(Mint.Assertion(Host, Alice, key: Host.SidecarKey));

    [Fact]
    public async Task The_key_of_an_application_signs_no_users() =>
        await RefusedAsync(Mint.Assertion(Host, Alice, key: Host.BankKey, issuer: "bank"));

    [Fact]
    public async Task An_unknown_issuer_is_refused() => await RefusedAsync(Mint.Assertion(Host, Alice, issuer: "https://gateway.test/"));

    [Fact]
    public async Task A_stranger_with_a_key_of_his_own_is_refused() => await RefusedAsync(Mint.Assertion(Host, Alice, key: SigningKey.Generate()));

    [Theory]
    [InlineData("sub"), InlineData("sub_iss"), InlineData("session_exp"), InlineData("jti"), InlineData("exp"), InlineData("iat"), InlineData("aud"), InlineData("iss")]
    public async Task An_assertion_without_a_claim_is_refused(string claim) => await RefusedAsync(Mint.Assertion(Host, Alice, change: claims => claims.Remove(claim)));

    [Theory]
    [InlineData("sub", 1), InlineData("sub", ""), InlineData("sub_iss", ""), InlineData("sub_iss", 7), InlineData("sid", ""), InlineData("sid", 5)]
    [InlineData("session_exp", "soon"), InlineData("session_exp", -1), InlineData("session_exp", 1e300), InlineData("sid", null)]
    public async Task An_assertion_with_a_malformed_claim_is_refused(string claim, object? value) =>
        await RefusedAsync(Mint.Assertion(Host, Alice, change: claims => claims[claim] = value));

    [Theory]
    [InlineData("a.b.c"), InlineData("...."), InlineData("x"), InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task Rubbish_is_refused(string rubbish) => await RefusedAsync(rubbish);

    [Fact]
    public async Task A_changed_assertion_is_refused()
    {
        var parts = Mint.Assertion(Host, Alice).Split('.');
        var other = Mint.Assertion(Host, Bob).Split('.');

        await RefusedAsync($"{parts[0]}.{other[1]}.{parts[2]}");
    }

    [Fact]
    public async Task A_user_without_a_session_is_told_so() =>
        (await CallAsync(("X-Auth-Assertion", Mint.Assertion(Host, Alice, change: claims =>
        {
            claims.Remove("sid");
            claims.Remove("session_exp");
        })))).IsRefused(401, "session-required");

    [Fact]
    public async Task Only_the_gateways_hosts_are_served() =>
        (await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", "bank.app.localhost:4455"), ("X-Auth-Assertion", Mint.Assertion(Host, Alice))))
            .IsRefused(421, "host-unknown");

    [Fact]
    public async Task A_host_that_is_trusted_with_its_port_is_not_trusted_with_another() =>
        (await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", "vault.app.localhost:9999"), ("X-Auth-Assertion", Mint.Assertion(Host, Alice))))
            .IsRefused(421, "host-unknown");

    [Theory]
    [InlineData("tokenizer:bank", VaultHost.VaultHostName, true), InlineData("tokenizer:shop", VaultHost.ShopHostName, true)]
    [InlineData("tokenizer:bank", "VAULT.app.localhost:4455", true)]
    [InlineData("tokenizer:bank", VaultHost.ShopHostName, false), InlineData("tokenizer:shop", VaultHost.VaultHostName, false)]
    [InlineData("tokenizer:shop", "vault.shop.localhost", false), InlineData("tokenizer:shop", "vault.shop.localhost:9999", false)]
    public async Task An_assertion_for_one_application_is_worth_nothing_at_anothers_vault(string audience, string vault, bool good)
    {
        var answer = await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", vault), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, audience)));

        if (good)
        {
            answer.IsGood();
            return;
        }

        answer.IsRefused(421, "host-unknown");
    }

    [Fact]
    public async Task Keys_that_cannot_be_read_are_our_trouble_and_not_the_users()
    {
        await using var host = await VaultHost.StartAsync(more: "- { name: gone, roles: [gateway], issuer: https://gone.test, public_key_file: /nowhere/key.pem, applications: [bank], hosts: [vault.app.localhost] }");

        var answer = await host.PostAsync(Alice, "/tokenize", "{}");
        answer.IsGood();
        (await host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"),
            ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", Mint.Assertion(host, Alice, issuer: "https://gone.test")))).IsRefused(503, "keys-unavailable");
    }

    private async Task RefusedAsync(string assertion) => (await CallAsync(("X-Auth-Assertion", assertion))).IsRefused(401, "assertion-invalid");

    private Task<Answered> CallAsync(params (string Name, string Value)[] headers) =>
        Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), [("Host", VaultHost.VaultHostName), .. headers]);
}
