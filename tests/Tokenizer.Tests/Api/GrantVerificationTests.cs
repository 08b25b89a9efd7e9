using System.Text.Json;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

public class GrantVerificationTests : VaultTests
{
    private const string Unknown = "lunasec-00000000-0000-4000-8000-000000000000";

    [Fact]
    public async Task Answers_come_in_the_order_of_the_questions()
    {
        var (one, two) = (await Host.KeepAsync(Alice), await Host.KeepAsync(Bob));
        var shop = (await Host.Users.SendAsync(HttpMethod.Post, "/tokenize", Calls.Json("{}"),
            ("Host", VaultHost.ShopHostName), ("X-Auth-Assertion", Mint.Assertion(Host, Alice, "tokenizer:shop")))).Data.GetProperty("tokenId").GetString()!;

        var results = await ResultsAsync(Alice, two, one, Unknown, "no token", one.ToUpperInvariant().Replace("LUNASEC", "lunasec", StringComparison.Ordinal), shop);

        Assert.Equal(["grant-missing", "valid", "grant-missing", "grant-missing", "valid", "foreign-token"], results);
    }

    [Fact]
    public async Task A_valid_answer_says_until_when()
    {
        var token = await Host.KeepAsync(Alice);

        var result = (await AskAsync(Body(Alice, "bank", token))).IsGood().Json.GetProperty("results")[0];

        Assert.Equal((Host.Clock.GetUtcNow() + TimeSpan.FromMinutes(15)).ToUnixTimeSeconds(), result.GetProperty("expires_at").GetInt64());
    }

    [Fact]
    public async Task For_an_ended_session_nothing_is_valid()
    {
        var token = await Host.KeepAsync(Alice);
        (await Host.EndAsync(Alice)).IsGood();

        Assert.Equal(["session-ended", "session-ended"], await ResultsAsync(Alice, token, Unknown));
    }

    [Fact]
    public async Task For_a_session_whose_time_is_over_nothing_is_valid()
    {
        var token = await Host.KeepAsync(Alice with { SessionMinutes = 1 });
        Host.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["session-unknown"], await ResultsAsync(Alice with { SessionMinutes = 1 }, token));
    }

    [Fact]
    public async Task For_a_session_that_is_stated_as_another_subjects_nothing_is_valid()
    {
        var token = await Host.KeepAsync(Alice);

        Assert.Equal(["session-mismatch"], await ResultsAsync(new Person("sid-alice", "mallory"), token));
    }

    [Fact]
    public async Task A_sidecar_asks_about_its_own_applications_only() =>
        (await AskAsync(Body(Alice, "shop", Unknown))).IsRefused(403, "caller-not-allowed");

    [Fact]
    public async Task A_hundred_tokens_are_answered_and_one_more_is_refused()
    {
        var hundred = Enumerable.Repeat(Unknown, 100).ToArray();

        Assert.Equal(100, (await ResultsAsync(Alice, hundred)).Length);
        (await AskAsync(Body(Alice, "bank", [.. hundred, Unknown]))).IsRefused(400, "batch-too-large");
    }

    [Fact]
    public async Task No_question_is_not_answered_with_a_yes() => (await AskAsync(Body(Alice, "bank"))).IsRefused(400, "body-invalid");

    [Theory]
    [InlineData("application", "7"), InlineData("Apllication", "null"), InlineData("session", "null"), InlineData("session", "{}"), InlineData("session", "\"sid-alice\"")]
    [InlineData("tokens", "null"), InlineData("tokens", "{}"), InlineData("tokens", "\"x\"")]
    [InlineData("session", """{"sid":"","sub":"a","sub_iss":"i","session_exp":4000000000}""")]
    [InlineData("session", """{"sid":"s","sub":"a","sub_iss":"i","session_exp":"4000000000"}""")]
    [InlineData("session", """{"sid":"s","sub":"a","sub_iss":"i","session_exp":1e400}""")]
    [InlineData("session", """{"sid":"s","sub":"a","sub_iss":"i","session_exp":-5}""")]
    [InlineData("session", """{"sid":"s","sub":"a","sub_iss":"i","session_exp":9223372036854775807}""")]
    [InlineData("session", """{"sid":"s","sub":"a","session_exp":4000000000}""")]
    [InlineData("session", """{"sid":"s","sid":"t","sub":"a","sub_iss":"i","session_exp":4000000000}""")]
    public async Task Malformed_questions_are_refused(string name, string value)
    {
        var members = new Dictionary<string, string>
        {
            ["application"] = "\"bank\"",
            ["session"] = """{"sid":"s","sub":"a","sub_iss":"i","session_exp":4000000000}""",
            ["tokens"] = $"[\"{Unknown}\"]",
            [name] = value,
        };

        (await AskAsync("{" + string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}")) + "}")).IsRefused(400, "body-invalid");
    }

    [Theory]
    [InlineData("[7]"), InlineData("[null]"), InlineData("[[]]"), InlineData("[\"\\ud800\"]")]
    public async Task What_is_no_token_has_no_grant(string ids)
    {
        var body = Body(Alice, "bank", "x").Replace("[\"x\"]", ids, StringComparison.Ordinal);

        Assert.False((await AskAsync(body)).IsGood().Json.GetProperty("results")[0].GetProperty("valid").GetBoolean());
    }

    private async Task<string[]> ResultsAsync(Person person, params string[] tokens) =>
    [
        .. (await AskAsync(Body(person, "bank", tokens))).IsGood().Json.GetProperty("results").EnumerateArray()
            .Select(result => result.GetProperty("valid").GetBoolean() ? "valid" : result.GetProperty("reason").GetString()!),
    ];

    private Task<Answered> AskAsync(string body) => Host.AsSidecarAsync("/v1/grants/verify", body);

    private string Body(Person person, string application, params string[] tokens) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["application"] = application,
        ["session"] = new Dictionary<string, object>
        {
            ["sid"] = person.Sid,
            ["sub"] = person.Subject,
            ["sub_iss"] = person.Issuer,
            ["session_exp"] = Mint.SessionEnd(Host, person),
        },
        ["tokens"] = tokens,
    });
}
