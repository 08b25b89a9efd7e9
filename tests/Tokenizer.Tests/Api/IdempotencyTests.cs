using System.Text;
using AuthProxy.Tokenizer.Tests.Audit;
using AuthProxy.Tokenizer.Tests.Hosted;

namespace AuthProxy.Tokenizer.Tests.Api;

public class IdempotencyTests(SharedVault vault) : SharedVaultTests(vault), IClassFixture<SharedVault>
{
    private const string Body = """{"value":"078-05-1120"}""";

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_does_nothing()
    {
        var before = Tokens();
        var first = (await CreateAsync(Alice, "a")).IsStatus(201);
        var second = (await CreateAsync(Alice, "a")).IsStatus(201);

        Assert.Equal(first.Text, second.Text);
        Assert.Equal((null, "true"), (first.Header("Idempotent-Replayed"), second.Header("Idempotent-Replayed")));
        Assert.Equal(before + 1, Tokens());
    }

    [Fact]
    public async Task Of_many_repeated_at_once_one_is_done()
    {
        var before = Tokens();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CreateAsync(Alice, "a")));

        Assert.Equal(before + 1, Tokens());
        Assert.Single(answers.Where(answer => (int)answer.Status == 201).Select(answer => answer.Text).Distinct());
        Assert.All(answers.Where(answer => (int)answer.Status != 201), answer => answer.IsRefused(409, "request-under-way"));
    }

    [Fact]
    public async Task A_key_is_its_callers_alone()
    {
        var alices = (await CreateAsync(Alice, "a")).IsStatus(201);
        var bobs = (await CreateAsync(Bob, "a")).IsStatus(201);
        var again = (await CreateAsync(AliceElsewhere, "a")).IsStatus(201);

        Assert.Equal(3, new[] { alices.Text, bobs.Text, again.Text }.Distinct().Count());
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        (await CreateAsync(Alice, "a")).IsStatus(201);

        (await CreateAsync(Alice, "a", """{"value":"078-05-1121"}""")).IsRefused(422, "idempotency-key-reused");
        (await PostAsync(Alice, "/v1/tokens/upload", "a", "{}")).IsRefused(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task What_was_refused_may_be_tried_again_under_its_key()
    {
        (await CreateAsync(Alice, "a", "{}")).IsRefused(400, "body-invalid");

        (await CreateAsync(Alice, "a")).IsStatus(201);
    }

    [Fact]
    public async Task A_delete_is_repeated_as_done()
    {
        var token = await Host.CreateAsync(Alice);

        (await PostAsync(Alice, "/v1/tokens/delete", "d", ApiCalls.TokenBody(token))).IsStatus(204);
        (await PostAsync(Alice, "/v1/tokens/delete", "d", ApiCalls.TokenBody(token))).IsStatus(204);
        (await Host.DeleteAsync(Alice, token)).IsRefused(403, "not-owner");
    }

    [Fact]
    public async Task A_batch_is_repeated_as_a_whole()
    {
        var before = Tokens();
        var body = $$"""{"items":[{"path":"/v1/tokens","body":{{Body}}},{"path":"/v1/tokens","body":{{Body}}}]}""";

        var first = (await PostAsync(Alice, "/v1/batch", "b", body)).IsStatus(200);

        Assert.Equal(first.Text, (await PostAsync(Alice, "/v1/batch", "b", body)).IsStatus(200).Text);
        Assert.Equal(before + 2, Tokens());
    }

    [Fact]
    public async Task A_value_is_never_kept_as_an_answer()
    {
        using var database = new Database(Host);
        var before = database.Count("remembered_answers");
        var token = await Host.CreateAsync(Alice);

        (await PostAsync(Alice, "/v1/tokens/read", "r", ApiCalls.TokenBody(token))).IsStatus(200);
        (await PostAsync(Alice, "/v1/batch", "r", $$"""{"items":[{"path":"/v1/tokens/read","body":{{ApiCalls.TokenBody(token)}}}]}""")).IsRefused(400, "idempotency-key-invalid");

        Assert.Equal(before, database.Count("remembered_answers"));
    }

    [Fact]
    public async Task An_ended_session_gets_no_answer_again()
    {
        (await CreateAsync(Alice, "a")).IsStatus(201);
        (await Host.EndAsync(Alice)).IsGood();

        (await CreateAsync(Alice, "a")).IsRefused(403, "session-ended");
    }

    [Fact]
    public async Task A_thief_of_the_database_finds_no_token_in_what_is_remembered()
    {
        var token = (await CreateAsync(Alice, "a")).IsStatus(201).Json.GetProperty("token").GetString()!;

        using var database = new Database(Host);
        var kept = Encoding.Latin1.GetString(Convert.FromHexString(database.Read<string>("SELECT group_concat(hex(answer), '') FROM remembered_answers")));
        Assert.DoesNotContain(token, kept, StringComparison.Ordinal);
        Assert.DoesNotContain("lunasec-", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_forgotten_after_a_day()
    {
        await using var host = await VaultHost.StartAsync();
        var person = Alice with { SessionMinutes = 3000 };
        var first = (await host.PostAsync(person, "/v1/tokens", Body, ("Idempotency-Key", "a"))).IsStatus(201);
        host.Clock.Advance(TimeSpan.FromHours(24));

        Assert.NotEqual(first.Text, (await host.PostAsync(person, "/v1/tokens", Body, ("Idempotency-Key", "a"))).IsStatus(201).Text);
    }

    [Fact]
    public async Task A_request_that_fails_half_way_is_let_go_of()
    {
        AuditedVault.Break(Host);
        (await CreateAsync(Alice, "a")).IsRefused(503, "audit-unavailable");
        AuditedVault.Mend(Host);

        (await CreateAsync(Alice, "a")).IsStatus(201);
    }

    [Theory]
    [InlineData(""), InlineData("a b"), InlineData("a,b"), InlineData("a\u007f")]
    public async Task A_key_is_a_short_ascii_text(string key) => (await CreateAsync(Alice, key)).IsRefused(400, "idempotency-key-invalid");

    [Fact]
    public async Task A_key_has_at_most_255_characters_and_comes_once()
    {
        (await CreateAsync(Alice, new string('k', 255))).IsStatus(201);
        (await CreateAsync(Alice, new string('k', 256))).IsRefused(400, "idempotency-key-invalid");
        (await Host.PostAsync(Alice, "/v1/tokens", Body, ("Idempotency-Key", "a"), ("Idempotency-Key", "a"))).IsRefused(400, "idempotency-key-invalid");
    }

    [Fact]
    public async Task A_caller_uses_so_many_keys_an_hour()
    {
        using (var database = new Database(Host))
        {
            (await CreateAsync(Alice, "a")).IsStatus(201);
            database.Execute("UPDATE hourly_counts SET count = 10000");
        }

        var refused = await CreateAsync(Alice, "b");
        refused.IsRefused(429, "idempotency-limit-reached");
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, null), 1, 3600);
        (await CreateAsync(Alice, "a")).IsStatus(201);
        (await CreateAsync(Bob, "b")).IsStatus(201);
        Host.Clock.Advance(TimeSpan.FromHours(1));
        (await CreateAsync(Alice, "b")).IsStatus(201);
    }

    private Task<Answered> CreateAsync(Person person, string key, string body = Body) => PostAsync(person, "/v1/tokens", key, body);

    private Task<Answered> PostAsync(Person person, string path, string key, string body) => Host.PostAsync(person, path, body, ("Idempotency-Key", key));

    private long Tokens()
    {
        using var database = new Database(Host);
        return database.Count("tokens");
    }
}
