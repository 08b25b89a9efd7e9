using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Sdk.Tests.Tokens;

/// <summary>The same, whether minimal APIs or controllers answer.</summary>
public class TokenGrantTests
{
    private static readonly Account Alice = new("Alice", TestApplication.Token, new Card { Number = TestApplication.OtherToken });

    public static TheoryData<string> Kinds => ["/minimal", "/mvc"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Token_that_comes_in_is_verified_before_the_handler_runs(string kind)
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync($"{kind}/keep", Alice);

        Assert.Equal("kept", await answer.Content.ReadAsStringAsync());
        Assert.Equal([("/grant/verify", TestApplication.Token), ("/grant/verify", TestApplication.OtherToken)], Calls(application));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Token_without_a_grant_never_reaches_the_handler(string kind)
    {
        await using var application = await StartAsync();
        application.Answer = (_, _) => TestApplication.Success(new { valid = false });

        using var answer = await application.AskAsync($"{kind}/keep", Alice);

        await AssertRefusedAsync(answer, HttpStatusCode.Forbidden, TokenizerException.GrantMissing);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Empty_token_is_refused_without_asking(string kind)
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync($"{kind}/keep", Alice with { SsnToken = "" });

        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, TokenizerException.TokenMalformed);
        Assert.Empty(application.Calls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Marked_parameter_of_the_query_is_verified(string kind)
    {
        await using var application = await StartAsync();
        application.Answer = (_, _) => TestApplication.Success(new { valid = false });

        using var answer = await application.AskAsync($"{kind}/by?token={TestApplication.Token}");

        await AssertRefusedAsync(answer, HttpStatusCode.Forbidden, TokenizerException.GrantMissing);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Tokens_that_go_out_are_granted_for_as_long_as_their_mark_says(string kind)
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync($"{kind}/show");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([("/grant/set", TestApplication.Token), ("/grant/set", TestApplication.OtherToken)], Calls(application));
        Assert.Equal(["", "90000ms"], application.Calls.Select(call => call.Body.TryGetProperty("customDuration", out var duration) ? duration.GetString() : ""));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Answer_whose_grant_was_refused_does_not_leave(string kind)
    {
        await using var application = await StartAsync();
        application.Answer = (_, _) => TestApplication.Refusal(403, "foreign-token");

        using var answer = await application.AskAsync($"{kind}/show");

        await AssertRefusedAsync(answer, HttpStatusCode.Forbidden, "foreign-token");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Harvest_in_an_answer_is_the_applications_fault_and_in_a_request_the_callers(string kind)
    {
        await using var application = await StartAsync();
        var harvest = Alice with { Card = new Card { Notes = [.. Enumerable.Repeat(TestApplication.Token, FoundTokens.Most + 1)] } };

        using var asked = await application.AskAsync($"{kind}/keep", harvest);
        using var answered = await application.AskAsync($"{kind}/harvest");

        await AssertRefusedAsync(asked, HttpStatusCode.BadRequest, TokenizerException.TokensTooMany);
        await AssertRefusedAsync(answered, HttpStatusCode.InternalServerError, TokenizerException.TokensTooMany);
        Assert.Empty(application.Calls);
    }

    [Fact]
    public async Task Services_that_a_handler_takes_are_not_looked_into()
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync("/minimal/service");

        Assert.Equal("served", await answer.Content.ReadAsStringAsync());
        Assert.Empty(application.Calls);
    }

    [Fact]
    public async Task Marked_return_value_is_granted()
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync("/minimal/bare");

        Assert.Equal(TestApplication.Token, await answer.Content.ReadAsStringAsync());
        Assert.Equal([("/grant/set", TestApplication.Token)], Calls(application));
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string reason)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("urn:authproxy:refusal:" + reason, JsonDocument.Parse(text).RootElement.GetProperty("type").GetString());
        Assert.DoesNotContain("lunasec-", text, StringComparison.Ordinal);
    }

    private static IEnumerable<(string, string)> Calls(TestApplication application) =>
        application.Calls.Select(call => (call.Path, call.Body.GetProperty("tokenId").GetString()!)).Order();

    private static Task<TestApplication> StartAsync() => new TestApplication
    {
        Services = services =>
        {
            services.AddSingleton(new Vault());
            services.AddControllers(options => options.AddTokenGrants()).AddApplicationPart(typeof(TokenGrantTests).Assembly);
        },
        Routes = application =>
        {
            application.MapControllers();
            var minimal = application.MapGroup("/minimal").WithTokenGrants();
            minimal.MapPost("/keep", (Account account) => "kept");
            minimal.MapGet("/by", ([Token] string token) => "found");
            minimal.MapGet("/show", () => TypedResults.Ok(Alice));
            minimal.MapGet("/harvest", () => new Card { Notes = [.. Enumerable.Repeat(TestApplication.Token, FoundTokens.Most + 1)] });
            minimal.MapGet("/service", (Vault vault) => "served");
            minimal.MapGet("/bare", [return: Token] () => TestApplication.Token);
        },
    }.StartAsync();

    private sealed class Vault
    {
        public IReadOnlyList<Account> Accounts => throw new InvalidOperationException("A service was looked into.");
    }
}

[Route("mvc")]
public sealed class AccountController : ControllerBase
{
    [HttpPost("keep")]
    public string Keep([FromBody] Account account) => account.Name.Length > 0 ? "kept" : "";

    [HttpGet("by")]
    public string Find([Token] string token) => token.Length > 0 ? "found" : "";

    [HttpGet("show")]
    public Account Show() => new("Alice", TestApplication.Token, new Card { Number = TestApplication.OtherToken });

    [HttpGet("harvest")]
    public Card Harvest() => new() { Notes = [.. Enumerable.Repeat(TestApplication.Token, FoundTokens.Most + 1)] };
}
