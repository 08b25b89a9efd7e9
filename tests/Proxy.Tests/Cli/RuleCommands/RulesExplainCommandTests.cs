using AuthProxy.Hosting;

namespace AuthProxy.Proxy.Tests.Cli.RuleCommands;

public sealed class RulesExplainCommandTests : IDisposable
{
    private readonly CommandHouse _house = new();

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Request_that_may_pass_shows_what_the_upstream_would_get()
    {
        Assert.Equal(ExitCodes.Success, await ExplainAsync("GET", "https://a.test/x?a=1", "--as", "alice"));

        var said = _house.Json;
        Assert.Equal("allow", said.GetProperty("decision").GetString());
        Assert.Equal("app", said.GetProperty("matches")[0].GetString());
        Assert.Equal("http://127.0.0.1:3000/x?a=1", said.GetProperty("upstream").GetProperty("url").GetString());
        Assert.Equal("alice", said.GetProperty("upstream").GetProperty("headers").GetProperty("X-Auth-Subject").GetString());
        Assert.Equal(["match", "authenticate", "authorize", "mutate"], said.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("stage").GetString()!));
    }

    [Fact]
    public async Task Request_that_is_refused_shows_the_stage_and_the_reason()
    {
        Assert.Equal(ExitCodes.Failure, await ExplainAsync("GET", "https://a.test/admin/keys", "--as", "bob", "--groups", "clerks"));

        var said = _house.Json;
        Assert.Equal(("deny", 403, "requirement-not-met"),
            (said.GetProperty("decision").GetString(), said.GetProperty("status").GetInt32(), said.GetProperty("reason").GetString()));
        Assert.Equal("keys", said.GetProperty("captures")[0].GetString());
        Assert.Contains("claim 'groups'", said.GetProperty("stages")[2].GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, said.GetProperty("upstream").ValueKind);
    }

    [Fact]
    public async Task Browser_without_a_session_is_sent_to_log_in()
    {
        Assert.Equal(ExitCodes.Failure, await ExplainAsync("GET", "https://a.test/", "--header", "Accept: text/html"));

        Assert.Equal(("redirect", "/.authproxy/login"), (_house.Json.GetProperty("decision").GetString(), _house.Json.GetProperty("location").GetString()));
    }

    [Fact]
    public async Task What_only_somebody_outside_could_decide_stays_unknown()
    {
        Assert.Equal(ExitCodes.Unavailable, await ExplainAsync(
            "GET", "https://a.test/api", "--header", "Authorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"));

        Assert.Equal("unknown", _house.Json.GetProperty("decision").GetString());
        Assert.Equal("the keys at https://id.example/keys", _house.Json.GetProperty("not_asked")[0].GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, _house.Json.GetProperty("status").ValueKind);
    }

    [Theory]
    [InlineData("text"), InlineData("json")]
    public async Task Credentials_are_never_shown(string form)
    {
        var file = _house.Write("rules.yaml", CommandHouse.Rules);

        await _house.RunAsync(
            "explain", "GET", "https://a.test/", "--as", "alice", "--rules", file, "--output", form,
            "--header", "Cookie: session=hidden", "--header", "Authorization: Basic hidden", "--header", "X-Id: eyJoaWRkZW4iOjF9.eyJoaWRkZW4iOjF9.aGlkZGVu");

        Assert.Contains("[redacted]", _house.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", _house.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", _house.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.test/admin/../x", "target-malformed")]
    [InlineData("https://a.test/a%2Fb", "target-malformed")]
    [InlineData("https://a.test/x#f", "target-malformed")]
    [InlineData("https://a.test\\@b.test/", "target-malformed")]
    [InlineData("https://a_b!/", "host-unknown")]
    public async Task Address_is_tried_as_written(string url, string reason)
    {
        Assert.Equal(ExitCodes.Failure, await ExplainAsync("GET", url, "--as", "alice"));
        Assert.Equal(reason, _house.Json.GetProperty("reason").GetString());
        Assert.NotEmpty(_house.Json.GetProperty("stages").EnumerateArray());
    }

    [Theory]
    [InlineData("explain", "GET")]
    [InlineData("explain", "GET", "/path")]
    [InlineData("explain", "GET", "https://user:hidden@a.test/")]
    [InlineData("explain", "G T", "https://a.test/")]
    [InlineData("explain", "GET", "https://a.test/", "more")]
    [InlineData("explain", "GET", "https://a.test/", "--groups", "a")]
    [InlineData("explain", "GET", "https://a.test/", "--as", "a", "--claim", "sub=b")]
    [InlineData("explain", "GET", "https://a.test/", "--header", "no header")]
    [InlineData("explain", "GET", "https://a.test/", "--header", "A: b", "--header", "a: c")]
    [InlineData("explain", "GET", "https://a.test/", "--header", "A: b\r\nC: d")]
    [InlineData("explain", "GET", "https://a.test/", "--body", "/does/not/exist")]
    public async Task What_is_not_understood_is_a_misuse(params string[] arguments)
    {
        Assert.Equal(ExitCodes.Usage, await _house.RunAsync(arguments));
        Assert.Empty(_house.Output);
        Assert.NotEmpty(_house.Error);
    }

    [Fact]
    public async Task Text_leads_from_the_candidates_to_the_decision()
    {
        await _house.RunAsync("explain", "GET", "https://a.test/admin/keys", "--as", "bob", "--rules", _house.Write("rules.yaml", CommandHouse.Rules));

        Assert.Equal(
            """
            GET https://a.test/admin/keys as bob

            candidates
              match  admin matches and decides
              match  app matches, and rule 'admin' is more specific
              no     api the path has 'admin' as segment 1, where the pattern has 'api'

            captures
              keys

            stages
              match         admin: passed
              authenticate  oidc: passed
              authorize     require: refused, claim 'groups': the claim is missing

            decision: deny (403 requirement-not-met)

            """.ReplaceLineEndings("\n"), _house.Output);
    }

    private Task<int> ExplainAsync(params string[] arguments) =>
        _house.RunAsync(["explain", .. arguments, "--output", "json", "--rules", _house.Write("rules.yaml", CommandHouse.Rules)]);
}
