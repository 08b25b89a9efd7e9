using AuthProxy.Tokenizer.Tests.Audit;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

public class GrantListsTests : VaultTests
{
    [Fact]
    public async Task Grants_are_listed_and_revoked_by_session_and_by_token()
    {
        var (one, two) = (await Host.CreateAsync(Alice), await Host.CreateAsync(Alice));
        (await Host.GrantByRuleAsync(Bob, one, ",\"if\":\"any\",\"uses\":3")).IsStatus(201);

        Assert.Equal(2, await ListedAsync(OfSession(Alice)));
        Assert.Equal(2, await ListedAsync($$"""{"token":"{{one}}"}"""));
        Assert.Equal(3, await ListedAsync("{}"));

        Assert.Equal(1, await RevokedAsync($$"""{"session":{"sid":"{{Bob.Sid}}"},"token":"{{one}}"}"""));
        (await Host.ReadValueAsync(Bob, one)).IsRefused(403, "grant-missing");
        Assert.Equal(1, await RevokedAsync($$"""{"token":"{{one}}"}"""));
        (await Host.ReadValueAsync(Alice, one)).IsRefused(403, "grant-missing");
        Assert.Equal(1, await RevokedAsync(OfSession(Alice)));
        (await Host.ReadValueAsync(Alice, two)).IsRefused(403, "grant-missing");
        Assert.Equal(0, await ListedAsync("{}"));
    }

    [Fact]
    public async Task All_grants_of_an_application_are_revoked_at_once_and_no_others()
    {
        var token = await Host.CreateAsync(Alice);
        var shops = (await Host.Users.SendAsync(HttpMethod.Post, "/v1/tokens", Calls.Json("""{"value":"x"}"""),
            ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:shop")))).IsStatus(201).Json.GetProperty("token").GetString()!;

        (await Host.AsApplicationAsync("/v1/grants/revoke", "{}")).IsRefused(400, "body-invalid");
        (await Host.AsApplicationAsync("/v1/grants/revoke", $$"""{"all":true,"token":"{{token}}"}""")).IsRefused(400, "body-invalid");
        (await Host.AsApplicationAsync("/v1/grants/revoke", """{"all":false}""")).IsRefused(400, "body-invalid");
        (await Host.AsApplicationAsync("/v1/grants/revoke", $$"""{"token":"{{shops}}"}""")).IsRefused(403, "foreign-token");
        (await Host.AsApplicationAsync("/v1/grants/revoke", ApiCalls.TokenBody(ApiCalls.Unknown))).IsRefused(404, "token-unknown");
        Assert.Equal(1, (await Host.AsApplicationAsync("/v1/grants/revoke", """{"all":true}""")).IsStatus(200).Json.GetProperty("revoked").GetInt32());

        (await Host.ReadValueAsync(Alice, token)).IsRefused(403, "grant-missing");
        using var database = new Database(Host);
        Assert.Equal(1, database.Count("grants"));
    }

    [Fact]
    public async Task A_list_goes_on_where_its_page_ended()
    {
        await Task.WhenAll(Enumerable.Range(0, 101).Select(_ => Host.CreateAsync(Alice)));

        var first = (await Host.AsSidecarAsync("/v1/grants/list", "{}")).IsStatus(200).Json;
        var second = (await Host.AsSidecarAsync("/v1/grants/list", $$"""{"after":"{{first.GetProperty("next").GetString()}}"}""")).IsStatus(200).Json;

        Assert.Equal((100, 1), (first.GetProperty("grants").GetArrayLength(), second.GetProperty("grants").GetArrayLength()));
        Assert.False(second.TryGetProperty("next", out _));
        (await Host.AsSidecarAsync("/v1/grants/list", """{"after":"AAAA"}""")).IsRefused(400, "body-invalid");
    }

    [Fact]
    public async Task A_list_shows_tokens_and_sessions_as_the_audit_does()
    {
        await Host.CreateAsync(Alice);

        var listed = (await Host.AsSidecarAsync("/v1/grants/list", "{}")).IsStatus(200).Json.GetProperty("grants")[0];

        var line = (await Host.ExportAsync())[0];
        Assert.Equal(
            (line.GetProperty("session").GetString(), line.GetProperty("token").GetString()),
            (listed.GetProperty("session_ref").GetString(), listed.GetProperty("token_ref").GetString()));
    }

    [Fact]
    public async Task Revoking_binding_listing_and_deleting_have_lines_in_the_audit()
    {
        var token = await Host.CreateAsync(Alice);
        await Host.BindAsync(Alice, "customers/7", token);
        await ListedAsync("{}");
        await RevokedAsync($$"""{"token":"{{token}}"}""");
        await Host.DeleteAsync(Alice, token);

        Assert.Equal(["tokenize", "bind-token", "list-grants", "revoke-grants", "delete-token"], await Host.ActionsAsync());
    }

    private static string OfSession(Person person) => $$"""{"session":{"sid":"{{person.Sid}}"} }""";

    private async Task<int> ListedAsync(string body) => (await Host.AsSidecarAsync("/v1/grants/list", body)).IsStatus(200).Json.GetProperty("grants").GetArrayLength();

    private async Task<int> RevokedAsync(string body) => (await Host.AsSidecarAsync("/v1/grants/revoke", body)).IsStatus(200).Json.GetProperty("revoked").GetInt32();
}
