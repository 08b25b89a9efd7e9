using System.Text.Json;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

public class GrantsTests(SharedVault vault) : SharedVaultTests(vault), IClassFixture<SharedVault>
{
    [Fact]
    public async Task A_grant_for_one_time_is_read_once_by_one_of_two_readers_at_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var token = await Host.CreateAsync(Alice);
            (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"any\",\"uses\":1")).IsStatus(201);

            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Host.ReadValueAsync(Bob, token)));

            Assert.Single(answers, answer => (int)answer.Status == 200);
            Assert.Equal(5, answers.Count(answer => answer.Reason == "grant-missing"));
        }
    }

    [Fact]
    public async Task An_address_to_read_at_is_a_use_too()
    {
        var token = await Host.CreateAsync(Alice);
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"any\",\"uses\":1")).IsStatus(201);

        Assert.Equal("078-05-1120", await Host.ReadAsync(Bob, token));
        (await Host.ReadValueAsync(Bob, token)).IsRefused(403, "grant-missing");
        (await Host.DetokenizeAsync(Bob, token)).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task What_cannot_be_given_out_uses_nothing_up()
    {
        var token = await Host.CreateAsync(Alice, "AP8=", ",\"encoding\":\"base64\"");
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"any\",\"uses\":1")).IsStatus(201);

        (await Host.ReadValueAsync(Bob, token)).IsRefused(409, "value-not-text");
        (await Host.PostAsync(Bob, "/v1/tokens/read", $$"""{"token":"{{token}}","encoding":"base64"}""")).IsStatus(200);
    }

    [Fact]
    public async Task Asking_about_a_grant_uses_nothing_up_and_says_what_is_left()
    {
        var token = await Host.CreateAsync(Alice);
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"any\",\"uses\":2")).IsStatus(201);

        Assert.Equal(2, (await VerifyAsync(Bob, token)).GetProperty("uses_left").GetInt32());
        Assert.Equal(2, (await Host.DescribeAsync(Bob, token)).IsStatus(200).Json.GetProperty("grant").GetProperty("uses_left").GetInt32());
        await Host.ReadValueAsync(Bob, token);
        Assert.Equal(1, (await VerifyAsync(Bob, token)).GetProperty("uses_left").GetInt32());
    }

    [Fact]
    public async Task A_rule_grants_to_owners_unless_it_says_otherwise()
    {
        var token = await Host.CreateAsync(Alice);

        (await Host.GrantByRuleAsync(Bob, token)).IsRefused(403, "not-owner");
        (await Host.GrantByRuleAsync(Alice, token)).IsStatus(201);
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"any\"")).IsStatus(201);
    }

    [Fact]
    public async Task A_token_is_granted_by_its_record_only_where_it_belongs_to_the_one_that_is_named()
    {
        var (token, loose) = (await Host.CreateAsync(Alice), await Host.CreateAsync(Alice));
        Assert.Equal([true], await BoundAsync(Alice, "customers/7", token));

        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"bound\",\"record\":\"customers/8\"")).IsRefused(403, "record-mismatch");
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"bound\"")).IsRefused(403, "record-mismatch");
        (await Host.GrantByRuleAsync(Bob, loose, ",\"if\":\"bound\",\"record\":\"customers/7\"")).IsRefused(403, "record-mismatch");
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"bound\",\"record\":\"customers/7\"")).IsStatus(201);
        (await Host.ReadValueAsync(Bob, token)).IsStatus(200);
        Assert.True((await Host.DescribeAsync(Bob, token)).IsStatus(200).Json.GetProperty("bound").GetBoolean());
    }

    [Fact]
    public async Task A_token_is_bound_once_and_only_for_a_session_that_holds_it()
    {
        var token = await Host.CreateAsync(Alice);

        Assert.Equal(["grant-missing", "grant-missing"], await ReasonsAsync(Bob, "customers/9", token, ApiCalls.Unknown));
        Assert.Equal([true], await BoundAsync(Alice, "customers/7", token));
        Assert.Equal([true], await BoundAsync(Alice, "customers/7", token));
        Assert.Equal(["record-mismatch"], await ReasonsAsync(Alice, "customers/8", token));
    }

    [Fact]
    public async Task Binding_a_thieved_token_with_the_backends_key_is_refused()
    {
        var body = $$"""{"session":{"sid":"{{Alice.Sid}}"},"record":"customers/7","tokens":["{{await Host.CreateAsync(Alice)}}"]}""";

        (await Host.AsApplicationAsync("/v1/tokens/bind", body)).IsRefused(403, "caller-not-allowed");
        (await Host.AsJobAsync("/v1/tokens/bind", body)).IsRefused(403, "caller-not-allowed");
    }

    [Fact]
    public async Task A_session_is_granted_no_more_tokens_in_an_hour_than_the_limit_by_whichever_door()
    {
        await using var host = await VaultHost.StartAsync("grant_api: full", "grants: { per_session_hour: 2 }");
        var tokens = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.CreateAsync(Alice)));
        await host.EndAsync(Alice);
        var other = AliceElsewhere;

        (await host.GrantByRuleAsync(other, tokens[0])).IsStatus(201);
        (await host.GrantAsync(other, tokens[1])).IsGood();
        (await host.GrantByRuleAsync(other, tokens[1])).IsStatus(201);
        var refused = await host.GrantByRuleAsync(other, tokens[2]);
        refused.IsRefused(429, "grant-limit-reached");
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, null), 1, 3600);
        (await host.GrantAsync(other, tokens[2])).IsRefused(429, "grant-limit-reached");
    }

    [Theory]
    [InlineData("owner", "any", 403), InlineData("owner", "bound", 403), InlineData("owner", "owner", 201), InlineData("any", "owner", 201), InlineData("bound", "any", 403)]
    public async Task A_backend_grants_no_further_than_its_application_may(string allowed, string asked, int status)
    {
        await using var host = await VaultHost.StartAsync($"grant_api: full\ngrant_if: {allowed}");
        var token = await host.CreateAsync(Alice);

        (await host.AsApplicationAsync("/v1/grants", $$"""{"session":{"sid":"{{Alice.Sid}}"},"token":"{{token}}","if":"{{asked}}"}""")).IsStatus(status);
    }

    [Fact]
    public async Task A_backend_of_bound_grants_names_the_record_by_the_old_route_too()
    {
        await using var host = await VaultHost.StartAsync("grant_api: full\ngrant_if: bound");
        var token = await host.CreateAsync(Alice);
        (await host.BindAsync(Alice, "customers/7", token)).IsStatus(200);

        (await host.GrantAsync(Alice, token)).IsRefused(403, "record-mismatch");
        (await host.AsApplicationAsync("/grant/set", $$"""{"sessionId":"{{Alice.Sid}}","tokenId":"{{token}}","record":"customers/7"}""")).IsGood();
        (await host.AsApplicationAsync("/v1/grants", $$"""{"session":{"sid":"{{Alice.Sid}}"},"token":"{{token}}","record":"customers/7"}""")).IsStatus(201);
        (await host.AsApplicationAsync("/v1/grants", $$"""{"session":{"sid":"{{Alice.Sid}}"},"token":"{{token}}","record":"customers/8"}""")).IsRefused(403, "record-mismatch");
    }

    [Theory]
    [InlineData("/v1/grants", "off"), InlineData("/v1/grants", "verify"), InlineData("/v1/grants/revoke", "verify"), InlineData("/v1/grants/list", "verify"), InlineData("/v1/grants/verify", "off")]
    [InlineData("/v1/tokens/describe", "off")]
    public async Task A_backend_may_no_more_than_its_grant_api_says(string path, string api)
    {
        await using var host = await VaultHost.StartAsync($"grant_api: {api}");

        (await host.AsApplicationAsync(path, path.EndsWith("revoke", StringComparison.Ordinal) ? """{"all":true}""" : "{}")).IsRefused(403, "grant-api-off");
    }

    [Fact]
    public async Task A_backend_proves_a_session_by_the_proxys_assertion_and_the_sid_must_be_its()
    {
        var token = await Host.CreateAsync(Alice);
        var other = AliceElsewhere;
        string Body(string sid) => $$"""{"session":{"sid":"{{sid}}","assertion":"{{Mint.SidecarAssertion(Host, other)}}"},"token":"{{token}}"}""";

        (await Host.AsApplicationAsync("/v1/grants", $$"""{"session":{"sid":"{{other.Sid}}"},"token":"{{token}}"}""")).IsRefused(403, "session-unknown");
        (await Host.AsApplicationAsync("/v1/grants", Body(Alice.Sid))).IsRefused(403, "session-mismatch");
        (await Host.AsApplicationAsync("/v1/grants", Body(other.Sid))).IsStatus(201);
    }

    [Theory]
    [InlineData("\"uses\":0"), InlineData("\"uses\":-1"), InlineData("\"uses\":1.5"), InlineData("\"uses\":\"1\""), InlineData("\"if\":\"mine\""), InlineData("\"record\":\"\"")]
    [InlineData("\"use\":1"), InlineData("\"record\":7"), InlineData("\"ttl\":5")]
    public async Task A_grant_that_is_misspelt_is_refused_and_not_a_wider_one(string member)
    {
        var token = await Host.CreateAsync(Alice);

        (await Host.GrantByRuleAsync(Alice, token, "," + member)).IsRefused(400, "body-invalid");
    }

    [Theory]
    [InlineData("2h"), InlineData("0s"), InlineData("x")]
    public async Task A_grants_time_has_bounds(string ttl) =>
        (await Host.GrantByRuleAsync(Alice, await Host.CreateAsync(Alice), $",\"ttl\":\"{ttl}\"")).IsRefused(400, "duration-invalid");

    private async Task<JsonElement> VerifyAsync(Person person, string token) => (await Host.AsSidecarAsync(
        "/v1/grants/verify", $$"""{"session":{{ApiCalls.SessionOf(Host, person)}},"tokens":["{{token}}"]}""")).IsStatus(200).Json.GetProperty("results")[0];

    private async Task<List<bool>> BoundAsync(Person person, string record, params string[] tokens) =>
        [.. Results(await Host.BindAsync(person, record, tokens)).Select(result => result.GetProperty("bound").GetBoolean())];

    private async Task<List<string?>> ReasonsAsync(Person person, string record, params string[] tokens) =>
        [.. Results(await Host.BindAsync(person, record, tokens)).Select(result => result.GetProperty("reason").GetString())];

    private static JsonElement.ArrayEnumerator Results(Answered answer) => answer.IsStatus(200).Json.GetProperty("results").EnumerateArray();
}
