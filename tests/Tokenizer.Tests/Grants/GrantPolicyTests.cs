using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Grants;

public class GrantPolicyTests
{
    [Fact]
    public async Task Where_the_api_is_off_an_applications_key_can_do_nothing()
    {
        await using var host = await VaultHost.StartAsync("grant_api: off");
        var token = await host.KeepAsync(Person.Alice);

        (await host.GrantAsync(Person.Alice, token)).IsRefused(403, "grant-api-off");
        (await host.AsApplicationAsync("/grant/verify", $$"""{"sessionId":"sid-alice","tokenId":"{{token}}"}""")).IsRefused(403, "grant-api-off");
    }

    [Fact]
    public async Task The_api_is_off_unless_it_is_switched_on()
    {
        await using var host = await VaultHost.StartAsync("scheme: proxy");

        (await host.AsApplicationAsync("/grant/verify", "{}")).IsRefused(403, "grant-api-off");
    }

    [Fact]
    public async Task Where_the_api_only_verifies_it_creates_nothing()
    {
        await using var host = await VaultHost.StartAsync("grant_api: verify");
        var token = await host.KeepAsync(Person.Alice);

        (await host.GrantAsync(Person.Alice, token)).IsRefused(403, "grant-api-off");
        (await host.AsApplicationAsync("/grant/verify", $$"""{"sessionId":"sid-alice","tokenId":"{{token}}"}""")).IsGood();
    }

    [Fact]
    public async Task By_default_a_grant_is_for_the_owner_in_another_session_and_for_nobody_else()
    {
        await using var host = await VaultHost.StartAsync("grant_api: full");
        var token = await host.KeepAsync(Person.Alice);
        var elsewhere = Person.Alice with { Sid = "sid-alice-elsewhere" };
        var namesake = new Person("sid-other-alice", "alice", "https://another-login.test");

        (await host.GrantAsync(elsewhere, token)).IsGood();
        Assert.Equal("078-05-1120", await host.ReadAsync(elsewhere, token));
        (await host.GrantAsync(Person.Bob, token)).IsRefused(403, "not-owner");
        (await host.GrantAsync(namesake, token)).IsRefused(403, "not-owner");
    }
}
