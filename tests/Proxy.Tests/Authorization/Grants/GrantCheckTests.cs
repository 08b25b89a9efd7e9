using System.Text;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Bodies;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class GrantCheckTests
{
    private const string Mine = "lunasec-00000000-0000-4000-8000-000000000001";
    private const string Stolen = "lunasec-00000000-0000-4000-8000-000000000002";
    private const string Body = """{ in: body, select: "$.ssn_token" }""";

    [Fact]
    public async Task Granted_token_in_the_body_passes_and_the_body_goes_on_byte_for_byte()
    {
        await using var host = await StartAsync(Body);
        var body = $$""" { "name" : "J\u00f6rg é",  "ssn_token":"{{Mine}}" , "x":[1,2.50,1e3]}  """ + "\r\n";

        var (status, text) = await host.PutAsync("/customers/7/ssn", body);

        Assert.Equal((200, body), (status, text));
        Assert.Equal([Mine], Assert.Single(host.Tokenizer.Asked));
    }

    [Fact]
    public async Task Stolen_token_is_refused_and_the_upstream_sees_nothing()
    {
        await using var host = await StartAsync(Body);

        Assert.Equal((403, "grant-missing"), await host.PutAsync("/customers/7/ssn", $$"""{"ssn_token":"{{Stolen}}"}"""));
    }

    [Fact]
    public async Task Refusal_says_where_and_how_many_but_never_which()
    {
        await using var host = await StartAsync(Body + """, { in: query, select: t }, { in: body, select: "$.all[*]" }""");

        await host.PutAsync($"/customers/7/ssn?t={Stolen}", $$"""{"ssn_token":"{{Mine}}","all":["{{Stolen}}","{{Stolen[..^1]}}3"]}""");

        Assert.Equal("no grant for 2 of 3 tokens: 1 in query t, 2 in body $.all[*]", host.LastWhy);
    }

    [Fact]
    public async Task All_places_are_asked_about_in_one_batch_without_repetition()
    {
        await using var host = await StartAsync(Body + ", { in: path, select: token }, { in: query, select: t }, { in: header, select: X-Token }");
        host.Tokenizer.Granted.Add(Stolen);

        var (status, _) = await host.PutAsync($"/customers/{Mine}/ssn?t={Mine}", $$"""{"ssn_token":"{{Stolen}}"}""", "application/json", ("X-Token", Stolen));

        Assert.Equal(200, status);
        Assert.Equal([Mine, Stolen], Assert.Single(host.Tokenizer.Asked));
    }

    [Theory]
    [InlineData("{ in: path, select: token }", "/customers/" + Stolen + "/ssn", null)]
    [InlineData("{ in: path, select: token }", "/customers/lunasec%2D00000000-0000-4000-8000-000000000002/ssn", null)]
    [InlineData("{ in: query, select: t }", "/customers/7/ssn?t=" + Stolen, null)]
    [InlineData("{ in: query, select: t }", "/customers/7/ssn?t=" + Mine + "&t=" + Stolen, null)]
    [InlineData("{ in: query, select: t }", "/customers/7/ssn?%74=" + Stolen, null)]
    [InlineData("{ in: query, select: t }", "/customers/7/ssn?T=" + Stolen, null)]
    [InlineData("{ in: query, select: t }", "/customers/7/ssn?a=1;t=" + Stolen, null)]
    [InlineData("{ in: header, select: X-Token }", "/customers/7/ssn", "X-Token")]
    [InlineData("{ in: header, select: X-Token }", "/customers/7/ssn", "x-token")]
    public async Task Stolen_token_is_found_wherever_the_rule_looks_however_it_is_written(string verify, string target, string? header)
    {
        await using var host = await StartAsync(verify);

        Assert.Equal((403, "grant-missing"), await host.PutAsync(target, "", null, header is null ? [] : [(header, Stolen)]));
    }

    [Theory]
    [InlineData("{ in: query, select: ssn_token }", "?ssn.token=" + Stolen, null)]
    [InlineData("{ in: query, select: ssn_token }", "?ssn_token[]=" + Stolen, null)]
    [InlineData("{ in: query, select: ssn_token }", "?ssn%5Ftoken%5B0%5D=" + Stolen, null)]
    [InlineData("{ in: header, select: X-Token }", "", "X_Token")]
    [InlineData("{ in: header, select: X-Token }", "", "X.Token")]
    public async Task Other_spelling_that_a_lenient_upstream_reads_is_refused(string verify, string query, string? header)
    {
        await using var host = await StartAsync(verify);

        Assert.Equal((400, "request-malformed"), await host.PutAsync("/customers/7/ssn" + query, "", null, header is null ? [] : [(header, Stolen)]));
    }

    [Theory]
    [InlineData("""{"ssn_token":"4111-1111"}"""), InlineData("""{"ssn_token":""}"""), InlineData("""{"ssn_token":17}""")]
    [InlineData("""{"ssn_token":["lunasec-00000000-0000-4000-8000-000000000001"]}"""), InlineData("""{"ssn_token":{"a":1}}""")]
    [InlineData("""{"ssn_token":" lunasec-00000000-0000-4000-8000-000000000001"}"""), InlineData("""{"ssn_token":"LUNASEC-00000000-0000-4000-8000-000000000001"}""")]
    public async Task What_is_no_token_where_one_must_be_is_refused(string body)
    {
        await using var host = await StartAsync(Body);

        Assert.Equal((400, "token-malformed"), await host.PutAsync("/customers/7/ssn", body));
        Assert.Empty(host.Tokenizer.Asked);
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("null"), InlineData("\"text\""), InlineData("""{"other":"x"}"""), InlineData("""{"ssn_token":null}""")]
    public async Task Body_without_the_field_has_nothing_to_check(string body)
    {
        await using var host = await StartAsync(Body);

        Assert.Equal((200, body), await host.PutAsync("/customers/7/ssn", body));
        Assert.Empty(host.Tokenizer.Asked);
    }

    [Fact]
    public async Task More_tokens_than_one_batch_takes_are_refused()
    {
        await using var host = await StartAsync("""{ in: body, select: "$[*]" }""");
        string Tokens(int count) => "[" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"lunasec-00000000-0000-4000-8000-{i:D12}\"")) + "]";
        host.Tokenizer.Granted.UnionWith(Enumerable.Range(0, 200).Select(i => $"lunasec-00000000-0000-4000-8000-{i:D12}"));

        Assert.Equal(200, (await host.PutAsync("/customers/7/ssn", Tokens(100))).Status);
        Assert.Equal((400, "tokens-too-many"), await host.PutAsync("/customers/7/ssn", Tokens(101)));
    }

    [Fact]
    public async Task Request_without_a_session_is_refused_even_without_tokens()
    {
        await using var host = await GrantCheckHost.StartAsync(Body, session: false);

        Assert.Equal((403, "grant-missing"), await host.PutAsync("/customers/7/ssn", "{}"));
    }

    [Fact]
    public async Task Tokenizer_without_an_answer_refuses_instead_of_letting_pass()
    {
        await using var host = await StartAsync(Body);
        host.Tokenizer.Override = new GrantVerdict.Unavailable("down");

        Assert.Equal((503, "tokenizer-unavailable"), await host.PutAsync("/customers/7/ssn", $$"""{"ssn_token":"{{Mine}}"}"""));
    }

    [Fact]
    public async Task Answer_about_fewer_tokens_than_asked_refuses()
    {
        await using var host = await StartAsync(Body + ", { in: query, select: t }");
        host.Tokenizer.Override = new GrantVerdict.Answered([new GrantAnswer(true, null)]);

        Assert.Equal((503, "tokenizer-unavailable"), await host.PutAsync($"/customers/7/ssn?t={Stolen}", $$"""{"ssn_token":"{{Mine}}"}"""));
    }

    [Theory]
    [InlineData("application/grpc"), InlineData("application/grpc+proto"), InlineData("application/grpc-web")]
    public async Task Grpc_cannot_be_checked_and_is_refused(string type)
    {
        await using var host = await StartAsync("{ in: query, select: t }");

        Assert.Equal((415, "body-type-undeclared"), await host.PutAsync("/customers/7/ssn", "x", type));
    }

    [Fact]
    public async Task Upgrade_cannot_be_checked_and_is_refused()
    {
        await using var host = await StartAsync("{ in: query, select: t }");

        var answer = await host.SendRawAsync(
            "GET /customers/7/ssn HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        Assert.Contains("body-type-undeclared", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_that_does_not_look_into_bodies_lets_any_body_stream()
    {
        await using var host = await StartAsync("{ in: query, select: t }");
        var body = new byte[300_000];

        var (status, text) = await host.PutAsync($"/customers/7/ssn?t={Mine}", body, "application/octet-stream");

        Assert.Equal((200, body.Length), (status, Encoding.UTF8.GetByteCount(text)));
        Assert.Equal(1024 * 1024, host.Budget.Left);
    }

    [Fact]
    public void Rule_with_a_check_does_not_load_without_a_tokenizer()
    {
        var rule = RuleFileReader.LoadText(
            """
            version: authproxy/v1
            rules:
            - { id: ssn, match: { path: /** }, authenticators: [oidc], upstream: "http://127.0.0.1:1", grants: { verify: [ { in: query, select: t } ] } }
            """, "rules.yaml").Rules[0];
        var faults = new ConfigFaults();

        var limits = new HeldBodyLimits(1, 1, TimeSpan.FromSeconds(1));
        Assert.Null(new GrantCheckFactory(limits, new BodyHolder(new HeldBodyBudget(1), limits, TimeProvider.System), null).Create(rule, faults));
        Assert.StartsWith("rules.yaml:3: rule 'ssn': grants needs a Tokenizer", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    private static async Task<GrantCheckHost> StartAsync(string verify)
    {
        var host = await GrantCheckHost.StartAsync(verify);
        host.Tokenizer.Granted.Add(Mine);
        return host;
    }
}
