using System.Text;
using System.Text.Json;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Tokens;

public class TokenEndpointsTests : VaultTests
{
    [Fact]
    public async Task What_was_tokenized_is_read_again()
    {
        var token = await Host.KeepAsync(Alice, "078-05-1120");

        Assert.Matches("^lunasec-[0-9a-f-]{36}$", token);
        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));
    }

    [Fact]
    public async Task Answers_have_the_members_that_clients_read()
    {
        var made = (await Host.PostAsync(Alice, "/tokenize", """{"metadata":{}}""")).IsGood();
        (await Host.PutAsync(Alice, Calls.PathOf(made.Data.GetProperty("uploadUrl").GetString()!), Calls.Value("x"))).IsGood();
        var read = (await Host.DetokenizeAsync(Alice, made.Data.GetProperty("tokenId").GetString()!)).IsGood();

        Assert.True(made.Json.GetProperty("success").GetBoolean());
        Assert.Equal(JsonValueKind.Object, made.Data.GetProperty("headers").ValueKind);
        Assert.Equal(JsonValueKind.Object, read.Data.GetProperty("headers").ValueKind);
        Assert.Equal("application/json", made.Header("Content-Type"));
    }

    [Fact]
    public async Task A_hundred_tokens_are_granted_to_the_session_that_made_them()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Host.TokenizeAsync(Alice)));

        var ids = string.Join(',', tokens.Select(made => $"\"{made.Token}\""));
        var answer = (await Host.AsSidecarAsync("/v1/grants/verify", $$"""
            {"application":"bank","session":{"sid":"sid-alice","sub":"alice","sub_iss":"https://login.test","session_exp":{{Mint.SessionEnd(Host, Alice)}}},"tokens":[{{ids}}]}
            """)).IsGood();

        Assert.Equal(100, tokens.Select(made => made.Token).Distinct().Count());
        Assert.All(answer.Json.GetProperty("results").EnumerateArray(), result => Assert.True(result.GetProperty("valid").GetBoolean()));
    }

    [Fact]
    public async Task The_creators_grant_holds_for_the_default_time_and_no_longer()
    {
        var token = await Host.KeepAsync(Alice);

        Host.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, token));

        Host.Clock.Advance(TimeSpan.FromSeconds(1));
        (await Host.DetokenizeAsync(Alice, token)).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task The_creators_grant_never_outlives_the_session()
    {
        var shortly = Alice with { SessionMinutes = 5 };
        var token = await Host.KeepAsync(shortly);

        Host.Clock.Advance(TimeSpan.FromMinutes(5));
        (await Host.DetokenizeAsync(shortly, token)).IsRefused(403, "session-unknown");
        (await Host.DetokenizeAsync(Alice, token)).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task Another_session_with_a_stolen_token_is_refused()
    {
        var token = await Host.KeepAsync(Alice);

        (await Host.DetokenizeAsync(Bob, token)).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task The_same_subject_in_another_session_needs_a_grant_of_its_own()
    {
        var token = await Host.KeepAsync(Alice);

        (await Host.DetokenizeAsync(Alice with { Sid = "sid-alice-elsewhere" }, token)).IsRefused(403, "grant-missing");
    }

    [Fact]
    public async Task A_token_that_does_not_exist_is_answered_like_one_without_a_grant()
    {
        var token = await Host.KeepAsync(Alice);
        var (missing, unknown) = (await Host.DetokenizeAsync(Bob, token), await Host.DetokenizeAsync(Bob, "lunasec-00000000-0000-4000-8000-000000000000"));

        unknown.IsRefused(403, "grant-missing");
        Assert.Equal(missing.Json.GetProperty("error").GetProperty("message").GetString(), unknown.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_token_without_a_value_is_said_to_have_none()
    {
        var (token, _) = await Host.TokenizeAsync(Alice);

        (await Host.DetokenizeAsync(Alice, token)).IsRefused(404, "value-missing");
    }

    [Fact]
    public async Task A_token_of_the_neighbours_application_is_foreign()
    {
        var made = await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"),
            ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:shop")));
        var token = made.IsGood().Data.GetProperty("tokenId").GetString()!;

        (await Host.DetokenizeAsync(Alice, token)).IsRefused(403, "foreign-token");
        (await Host.PostAsync(Alice, "/metadata/get", $$"""{"tokenId":"{{token}}"}""")).IsRefused(403, "foreign-token");
    }

    [Theory]
    [InlineData("tokenId"), InlineData("tokenID"), InlineData("TOKENID"), InlineData("tokenid")]
    public async Task Member_names_are_read_without_regard_to_case(string name)
    {
        var token = await Host.KeepAsync(Alice);

        (await Host.PostAsync(Alice, "/detokenize", $$"""{"unknown":[1],"{{name}}":"{{token}}"}""")).IsGood();
    }

    [Fact]
    public async Task Upper_case_digits_are_the_same_token()
    {
        var token = await Host.KeepAsync(Alice);

        Assert.Equal("078-05-1120", await Host.ReadAsync(Alice, "lunasec-" + token[8..].ToUpperInvariant()));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"tokenId":null}""")]
    [InlineData("""{"tokenId":7}""")]
    [InlineData("""{"tokenId":""}""")]
    [InlineData("""{"tokenId":"lunasec-"}""")]
    [InlineData("""{"tokenId":"\ud800"}""")]
    [InlineData("""{"tokenId":["lunasec-00000000-0000-4000-8000-000000000000"]}""")]
    public async Task What_is_no_token_is_refused_by_name(string body)
    {
        (await Host.PostAsync(Alice, "/detokenize", body)).IsRefused(400, "token-malformed");
        (await Host.PostAsync(Alice, "/metadata/get", body)).IsRefused(400, "token-malformed");
    }

    [Fact]
    public async Task Metadata_comes_back_as_the_same_json()
    {
        const string metadata = """{"dataType":"file","fileinfo":{"filename":"straße \u00e9.pdf","lastModified":1.0e3},"customFields":{"a":[1,null,true,"\"<&"]}}""";
        var token = await Host.KeepAsync(Alice, metadata: metadata);

        var read = (await Host.PostAsync(Alice, "/metadata/get", $$"""{"tokenId":"{{token}}"}""")).IsGood();

        Assert.Equal(metadata, read.Data.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task Metadata_needs_a_grant_as_the_value_does()
    {
        var token = await Host.KeepAsync(Alice, metadata: """{"dataType":"string"}""");

        (await Host.PostAsync(Bob, "/metadata/get", $$"""{"tokenId":"{{token}}"}""")).IsRefused(403, "grant-missing");
        (await Host.PostAsync(Bob, "/metadata/get", """{"tokenId":"lunasec-00000000-0000-4000-8000-000000000000"}""")).IsRefused(403, "grant-missing");
    }

    [Theory]
    [InlineData("""{}"""), InlineData("""{"metadata":{}}"""), InlineData("""{"metadata":null}""")]
    public async Task Without_metadata_there_is_none_to_read(string body)
    {
        var token = (await Host.PostAsync(Alice, "/tokenize", body)).IsGood().Data.GetProperty("tokenId").GetString();

        (await Host.PostAsync(Alice, "/metadata/get", $$"""{"tokenId":"{{token}}"}""")).IsRefused(404, "metadata-unknown");
    }

    [Theory]
    [InlineData("""{"metadata":[]}"""), InlineData("""{"metadata":"x"}"""), InlineData("""{"metadata":1}""")]
    public async Task Metadata_is_an_object_or_nothing(string body) => (await Host.PostAsync(Alice, "/tokenize", body)).IsRefused(400, "body-invalid");

    [Fact]
    public async Task The_database_holds_neither_tokens_nor_values_nor_names()
    {
        var token = await Host.KeepAsync(Alice, "a value that nobody should find", """{"customFields":{"file":"secret-name"}}""");
        await Host.ReadAsync(Alice, token);

        var bytes = Encoding.Latin1.GetString([.. Directory.EnumerateFiles(Path.GetDirectoryName(Host.Database)!).SelectMany(ReadShared)]);
        Assert.DoesNotContain(token, bytes, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(token[8..], bytes, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("nobody should find", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-name", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("sid-alice", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("login.test", bytes, StringComparison.Ordinal);
        Assert.Contains("bank", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_and_metrics_hold_neither_tokens_nor_values_nor_credentials()
    {
        var token = await Host.KeepAsync(Alice, "a value that nobody should find", """{"customFields":{"file":"secret-name"}}""");
        await Host.ReadAsync(Alice, token);
        await Host.DetokenizeAsync(Bob, token);
        await Host.GrantAsync(Bob, token);
        var assertion = Mint.Assertion(Host, Alice, age: 600);
        await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"), ("Host", VaultHost.VaultHostName), ("X-Auth-Assertion", assertion));

        var told = string.Join('\n', Host.LogLines.Where(line => !line.Contains("Kestrel", StringComparison.Ordinal))) + await Host.MetricsAsync();
        Assert.Contains("grant-missing", told, StringComparison.Ordinal);

        // Other tests of this process are counted with this one.
        Assert.Matches("""tokenizer_refusals_total\{listener="users",reason="grant-missing"\} [1-9]""", told);
        Assert.Matches("""tokenizer_tokens_created_total\{application="bank"\} [1-9]""", told);
        Assert.Matches("""tokenizer_values_released_total\{application="bank"\} [1-9]""", told);
        foreach (var secret in new[] { token, token[8..], "nobody should find", "secret-name", "sid-alice", assertion, assertion.Split('.')[2] })
        {
            Assert.DoesNotContain(secret, told, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
