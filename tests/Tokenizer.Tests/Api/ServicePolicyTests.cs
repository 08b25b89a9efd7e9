using AuthProxy.Tokenizer.Tests.Audit;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

public class ServicePolicyTests(ServicePolicyTests.VaultOfJobs vault) : SharedVaultTests(vault), IClassFixture<ServicePolicyTests.VaultOfJobs>
{
    private const string Policies = """
        service_policies:
        - { name: statements, trust: jobs, operations: [read, describe], per_hour: 1000 }
        - { name: import, trust: jobs, operations: [create], records: ["customers/*", archive], per_hour: 1000 }
        - { name: cleaning, trust: jobs, operations: [delete, read], records: ["customers/*"], per_hour: 1000 }
        - { name: rare, trust: jobs, operations: [read], per_hour: 2 }
        - { name: rare-too, trust: jobs, operations: [read], per_hour: 2 }
        """;

    public sealed class VaultOfJobs : SharedVault
    {
        protected override Task<VaultHost> StartAsync() => VaultHost.StartAsync(more: Policies);
    }

    [Fact]
    public async Task A_policy_lets_a_service_read_without_a_session_and_the_audit_names_it()
    {
        var token = await Host.CreateAsync(Alice, more: ",\"metadata\":{\"label\":\"ssn\"}");

        Assert.Equal("078-05-1120", (await ReadAsync("statements", token)).IsStatus(200).Json.GetProperty("value").GetString());
        var described = (await Host.AsJobAsync("/v1/tokens/describe", $$"""{"policy":"statements","token":"{{token}}"}""")).IsStatus(200);

        Assert.Equal("ssn", described.Json.GetProperty("metadata").GetProperty("label").GetString());
        var line = (await Host.ExportAsync()).Last(line => line.TryText("action") == "download");
        Assert.Equal(("download", "jobs", "policy:statements"), (line.TryText("action"), line.TryText("caller"), line.TryText("rule")));
    }

    [Fact]
    public async Task What_is_imported_for_a_record_is_granted_by_it()
    {
        var token = (await ImportAsync("customers/7", ",\"mask\":\"last4\"")).IsStatus(201).Json;

        Assert.Equal("1120", token.GetProperty("mask").GetString());
        (await Host.GrantByRuleAsync(Bob, token.GetProperty("token").GetString()!, ",\"if\":\"owner\"")).IsRefused(403, "not-owner");
        (await Host.GrantByRuleAsync(Bob, token.GetProperty("token").GetString()!, ",\"if\":\"bound\",\"record\":\"customers/7\"")).IsStatus(201);
    }

    [Fact]
    public async Task What_is_imported_for_somebody_is_theirs()
    {
        var token = (await ImportAsync("customers/7", $$""","owner":{"sub":"{{Alice.Subject}}","sub_iss":"{{Alice.Issuer}}"}""")).IsStatus(201).Json.GetProperty("token").GetString()!;

        (await Host.GrantByRuleAsync(Bob, token)).IsRefused(403, "not-owner");
        (await Host.GrantByRuleAsync(Alice, token)).IsStatus(201);
    }

    [Theory]
    [InlineData("customers/7", 201), InlineData("archive", 201), InlineData("archives", 403), InlineData("staff/7", 403), InlineData(null, 403)]
    public async Task A_policy_is_for_its_records(string? record, int status)
    {
        var answer = await ImportAsync(record);

        Assert.Equal((status, status == 403 ? "policy-not-allowed" : null), ((int)answer.Status, answer.Reason));
    }

    [Fact]
    public async Task A_token_must_belong_to_the_record_that_a_service_names()
    {
        var seven = (await ImportAsync("customers/7")).IsStatus(201).Json.GetProperty("token").GetString()!;
        var loose = await Host.CreateAsync(Alice);

        (await ReadAsync("cleaning", seven, "customers/8")).IsRefused(403, "record-mismatch");
        (await ReadAsync("cleaning", loose, "customers/7")).IsRefused(403, "record-mismatch");
        (await ReadAsync("cleaning", seven)).IsRefused(403, "policy-not-allowed");
        (await Host.AsJobAsync("/v1/tokens/delete", $$"""{"policy":"cleaning","record":"customers/7","token":"{{seven}}"}""")).IsStatus(204);
        (await ReadAsync("cleaning", seven, "customers/7")).IsRefused(404, "token-unknown");
    }

    [Fact]
    public async Task A_policy_allows_so_many_operations_an_hour_whatever_becomes_of_them()
    {
        var token = await Host.CreateAsync(Alice);

        (await ReadAsync("rare", ApiCalls.Unknown)).IsRefused(404, "token-unknown");
        (await ReadAsync("rare", token)).IsStatus(200);
        var refused = await ReadAsync("rare", token);
        refused.IsRefused(429, "policy-limit-reached");
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, null), 1, 3600);
        (await ReadAsync("statements", token)).IsStatus(200);
        Host.Clock.Advance(TimeSpan.FromHours(1));
        (await ReadAsync("rare", token)).IsStatus(200);
    }

    [Fact]
    public async Task Each_item_of_a_batch_counts()
    {
        var token = await Host.CreateAsync(Alice);
        var item = $$"""{"path":"/v1/tokens/read","body":{"policy":"rare-too","token":"{{token}}"} }""";

        var results = (await Host.AsJobAsync("/v1/batch", $$"""{"items":[{{item}},{{item}},{{item}},{{item}}]}""")).IsStatus(200).Json.GetProperty("results");

        Assert.Equal([200, 200, 429, 429], results.EnumerateArray().Select(result => result.GetProperty("status").GetInt32()).Order());
    }

    [Fact]
    public async Task Nobody_uses_anothers_policy_or_one_for_something_else()
    {
        var token = await Host.CreateAsync(Alice);

        (await ReadAsync("import", token, "customers/7")).IsRefused(403, "policy-not-allowed");
        (await ReadAsync("nothing", token)).IsRefused(403, "policy-not-allowed");
        (await Host.AsJobAsync("/v1/tokens/read", ApiCalls.TokenBody(token))).IsRefused(400, "body-invalid");
        (await Host.AsApplicationAsync("/v1/tokens/read", $$"""{"policy":"statements","token":"{{token}}"}""")).IsRefused(403, "caller-not-allowed");
        (await Host.AsSidecarAsync("/v1/tokens/read", $$"""{"policy":"statements","token":"{{token}}"}""")).IsRefused(403, "caller-not-allowed");
        (await Host.AsApplicationAsync("/v1/tokens/describe", $$"""{"policy":"statements","token":"{{token}}"}""")).IsRefused(403, "policy-not-allowed");
    }

    [Fact]
    public async Task A_service_is_no_backend_and_no_proxy()
    {
        (await Host.AsJobAsync("/v1/grants", "{}")).IsRefused(403, "caller-not-allowed");
        (await Host.AsJobAsync("/v1/grants/revoke", """{"all":true}""")).IsRefused(403, "caller-not-allowed");
        (await Host.AsJobAsync("/grant/set", "{}")).IsRefused(403, "caller-not-allowed");
        (await Host.AsJobAsync("/v1/sessions/end", """{"sid":"sid-alice","until":1}""")).IsRefused(403, "caller-not-allowed");
        (await Host.AsJobAsync("/v1/tokens/describe", ApiCalls.TokenBody(ApiCalls.Unknown))).IsRefused(403, "grant-api-off");
    }

    [Fact]
    public async Task Foreign_tokens_stay_out_of_reach_of_any_policy()
    {
        var shops = (await Host.Users.SendAsync(HttpMethod.Post, "/v1/tokens", Calls.Json("""{"value":"x"}"""),
            ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:shop")))).IsStatus(201).Json.GetProperty("token").GetString()!;

        (await ReadAsync("statements", shops)).IsRefused(403, "foreign-token");
    }

    [Fact]
    public async Task A_backend_sees_the_mask_of_its_own_tokens_and_no_metadata()
    {
        var token = await Host.CreateAsync(Alice, more: ",\"mask\":\"last4\",\"metadata\":{\"label\":\"ssn\"}");

        var described = (await Host.AsApplicationAsync("/v1/tokens/describe", ApiCalls.TokenBody(token))).IsStatus(200).Json;

        Assert.Equal("1120", described.GetProperty("mask").GetString());
        Assert.False(described.TryGetProperty("metadata", out _));
        (await Host.Services.SendAsync(HttpMethod.Post, "/v1/tokens/describe", Calls.Json(ApiCalls.TokenBody(token)), ("Authorization", Mint.ApplicationToken(Host, Host.ShopKey, "shop"))))
            .IsRefused(403, "foreign-token");
    }

    [Theory]
    [InlineData("7"), InlineData("{}"), InlineData("""{"sub":"a"}"""), InlineData("""{"sub":"a","sub_iss":"i","x":1}"""), InlineData("""{"sub":"","sub_iss":"i"}""")]
    public async Task An_owner_is_subject_and_issuer(string owner) => (await ImportAsync("customers/7", $",\"owner\":{owner}")).IsRefused(400, "body-invalid");

    private Task<Answered> ImportAsync(string? record, string more = "") => Host.AsJobAsync(
        "/v1/tokens", $$"""{"policy":"import","value":"078-05-1120"{{(record is null ? "" : $",\"record\":\"{record}\"")}}{{more}}}""");

    private Task<Answered> ReadAsync(string policy, string token, string? record = null) => Host.AsJobAsync(
        "/v1/tokens/read", $$"""{"policy":"{{policy}}","token":"{{token}}"{{(record is null ? "" : $",\"record\":\"{record}\"")}}}""");
}
