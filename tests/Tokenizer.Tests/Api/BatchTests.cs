using System.Text.Json;
using AuthProxy.Tokenizer.Tests.Audit;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

public class BatchTests : VaultTests
{
    [Fact]
    public async Task Each_item_has_a_result_in_its_place_and_a_line_in_the_audit()
    {
        var (mine, strange) = (await Host.CreateAsync(Alice), await Host.CreateAsync(Bob));
        var unwanted = await Host.CreateAsync(Alice);

        var results = await BatchAsync(
            Item("/v1/tokens", """{"value":"one"}"""), Item("/v1/tokens/read", ApiCalls.TokenBody(mine)), Item("/v1/tokens/read", ApiCalls.TokenBody(strange)),
            Item("/v1/nowhere", "{}"), Item("/v1/tokens/read", "{}"), Item("/v1/batch", "{}"), Item("/v1/tokens/delete", ApiCalls.TokenBody(unwanted)));

        Assert.Equal([201, 200, 403, 404, 400, 404, 204], results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.StartsWith("lunasec-", results[0].GetProperty("body").GetProperty("token").GetString(), StringComparison.Ordinal);
        Assert.Equal("078-05-1120", results[1].GetProperty("body").GetProperty("value").GetString());
        Assert.Equal("urn:authproxy:refusal:grant-missing", results[2].GetProperty("body").GetProperty("type").GetString());
        Assert.False(results[6].TryGetProperty("body", out _));
        Assert.Equal(
            ["ask route-unknown", "ask route-unknown", "delete-token", "download", "download grant-missing", "download token-malformed", "tokenize"],
            (await Host.ActionsAsync())[3..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_line_is_about_its_own_item()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Host.CreateAsync(Alice)));

        await BatchAsync([.. tokens.Select(token => Item("/v1/tokens/read", ApiCalls.TokenBody(token)))]);

        Assert.Equal(20, (await Host.ExportAsync()).Where(line => line.TryText("action") == "download").Select(line => line.TryText("token")).Distinct().Count());
    }

    [Fact]
    public async Task A_hundred_items_are_done_and_one_more_is_refused()
    {
        var item = Item("/v1/tokens", """{"value":"x"}""");

        Assert.All(await BatchAsync([.. Enumerable.Repeat(item, 100)]), result => Assert.Equal(201, result.GetProperty("status").GetInt32()));
        (await Host.PostAsync(Alice, "/v1/batch", Batch([.. Enumerable.Repeat(item, 101)]))).IsRefused(400, "batch-too-large");
    }

    [Fact]
    public async Task A_token_for_one_time_is_read_by_one_item()
    {
        var token = await Host.CreateAsync(Alice);
        (await Host.GrantByRuleAsync(Bob, token, ",\"if\":\"any\",\"uses\":1")).IsStatus(201);

        var results = (await Host.PostAsync(Bob, "/v1/batch", Batch([.. Enumerable.Repeat(Item("/v1/tokens/read", ApiCalls.TokenBody(token)), 10)]))).IsStatus(200);

        Assert.Single(results.Json.GetProperty("results").EnumerateArray(), result => result.GetProperty("status").GetInt32() == 200);
    }

    [Fact]
    public async Task A_service_does_no_more_in_a_batch_than_alone()
    {
        var token = await Host.CreateAsync(Alice);
        var grant = $$"""{"session":{{ApiCalls.SessionOf(Host, Alice)}},"token":"{{token}}"}""";
        var body = Batch(Item("/v1/grants", grant), Item("/v1/tokens/read", ApiCalls.TokenBody(token)), Item("/v1/tokens/bind", "{}"));

        Assert.Equal([201, 403, 400], Statuses(await Host.AsSidecarAsync("/v1/batch", body)));
        Assert.Equal([400, 403, 403], Statuses(await Host.AsApplicationAsync("/v1/batch", body)));
        Assert.Equal([403, 400, 403], Statuses(await Host.AsJobAsync("/v1/batch", body)));
    }

    [Theory]
    [InlineData("{}"), InlineData("""{"items":[]}"""), InlineData("""{"items":{}}"""), InlineData("""{"items":[7]}"""), InlineData("""{"items":[{"path":"/v1/tokens"}]}""")]
    [InlineData("""{"items":[{"path":7,"body":{}}]}"""), InlineData("""{"items":[{"path":"/v1/tokens","body":[]}]}"""), InlineData("""{"items":[{"path":"/v1/tokens","body":{},"x":1}]}""")]
    [InlineData("""{"items":[{"path":"/v1/tokens","body":{"value":"a","value":"b"}}]}"""), InlineData("""{"items":[{"path":"/v1/tokens","body":{}}],"x":1}""")]
    public async Task A_malformed_batch_does_nothing(string body) => (await Host.PostAsync(Alice, "/v1/batch", body)).IsRefused(400, "body-invalid");

    private async Task<JsonElement[]> BatchAsync(params string[] items) =>
        [.. (await Host.PostAsync(Alice, "/v1/batch", Batch(items))).IsStatus(200).Json.GetProperty("results").EnumerateArray()];

    private static List<int> Statuses(Answered answer) =>
        [.. answer.IsStatus(200).Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("status").GetInt32())];

    private static string Batch(params string[] items) => $$"""{"items":[{{string.Join(',', items)}}]}""";

    private static string Item(string path, string body) => $$"""{"path":"{{path}}","body":{{body}}}""";
}
