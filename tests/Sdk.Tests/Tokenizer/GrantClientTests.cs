using System.Net;
using AuthProxy.Jose;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Sdk.Tests.Tokenizer;

public class GrantClientTests
{
    [Fact]
    public async Task Create_names_session_token_and_duration_and_proves_the_session()
    {
        await using var application = await StartAsync((grants, context) => grants.CreateAsync(context, TestApplication.Token, TimeSpan.FromSeconds(90)));
        var assertion = application.Assertion();

        Assert.Equal("done", await application.WhoAsync(assertion));

        var (path, authorization, body) = Assert.Single(application.Calls);
        Assert.Equal("/grant/set", path);
        Assert.Equal(
            $$"""{"sessionId":"session-1","tokenId":"{{TestApplication.Token}}","customDuration":"90000ms","assertion":"{{assertion}}"}""",
            body.GetRawText());
        await AssertSignedByApplicationAsync(application, authorization);
    }

    [Fact]
    public async Task Duration_left_out_leaves_it_to_the_Tokenizer()
    {
        await using var application = await StartAsync((grants, context) => grants.CreateAsync(context, TestApplication.Token));

        Assert.Equal("done", await application.WhoAsync(application.Assertion()));
        Assert.False(application.Calls[0].Body.TryGetProperty("customDuration", out _));
    }

    [Fact]
    public async Task Many_tokens_are_granted_each_once()
    {
        await using var application = await StartAsync((grants, context) =>
            grants.CreateAsync(context, [TestApplication.Token, TestApplication.OtherToken, TestApplication.Token]));

        Assert.Equal("done", await application.WhoAsync(application.Assertion()));
        Assert.Equal(
            [TestApplication.Token, TestApplication.OtherToken],
            application.Calls.Select(call => call.Body.GetProperty("tokenId").GetString()).Order());
    }

    [Fact]
    public async Task Nothing_to_grant_asks_nobody()
    {
        await using var application = await StartAsync((grants, context) => grants.CreateAsync(context, Array.Empty<string>()));

        Assert.Equal("done", await application.WhoAsync(application.Assertion()));
        Assert.Empty(application.Calls);
    }

    [Fact]
    public async Task Verify_returns_only_with_a_grant()
    {
        await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, TestApplication.Token));
        Assert.Equal("done", await application.WhoAsync(application.Assertion()));
        Assert.Equal("/grant/verify", application.Calls[0].Path);

        application.Answer = (_, _) => TestApplication.Success(new { valid = false });
        Assert.Equal("grant-missing 403", await application.WhoAsync(application.Assertion()));
    }

    [Fact]
    public async Task One_missing_grant_among_many_refuses_all()
    {
        await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, [TestApplication.Token, TestApplication.OtherToken]));
        application.Answer = (_, body) => TestApplication.Success(new { valid = body.GetProperty("tokenId").GetString() == TestApplication.Token });

        Assert.Equal("grant-missing 403", await application.WhoAsync(application.Assertion()));
    }

    [Theory]
    [InlineData(""), InlineData(null), InlineData("lunasec-"), InlineData("lunasec-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b1g")]
    [InlineData(" lunasec-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b11"), InlineData("078-05-1120")]
    public async Task Text_that_is_no_token_is_refused_without_asking_and_not_repeated(string? text)
    {
        await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, [TestApplication.Token, text]));

        Assert.Equal("token-malformed 400", await application.WhoAsync(application.Assertion()));
        Assert.Empty(application.Calls);
    }

    [Fact]
    public async Task Empty_list_is_not_verified()
    {
        await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, Array.Empty<string>()));

        Assert.Equal("token-missing 400", await application.WhoAsync(application.Assertion()));
    }

    [Fact]
    public async Task Request_without_a_session_is_refused_without_asking()
    {
        await using var application = await StartAsync((grants, context) => grants.CreateAsync(context, TestApplication.Token));

        Assert.Equal("session-missing 401", await application.WhoAsync());
        Assert.Equal("session-missing 401", await application.WhoAsync(application.Assertion(sid: null)));
        Assert.Equal("session-missing 401", await application.WhoAsync(application.Assertion(audience: "shop")));
        Assert.Empty(application.Calls);
    }

    [Fact]
    public async Task Session_named_by_the_application_goes_without_proof()
    {
        await using var application = await StartAsync((grants, _) => grants.CreateAsync("session-7", [TestApplication.Token]));

        Assert.Equal("done", await application.WhoAsync());
        Assert.Equal("session-7", application.Calls[0].Body.GetProperty("sessionId").GetString());
        Assert.False(application.Calls[0].Body.TryGetProperty("assertion", out _));
    }

    [Fact]
    public async Task Empty_session_id_is_refused()
    {
        await using var application = await StartAsync((grants, _) => grants.VerifyAsync("", [TestApplication.Token]));

        Assert.Equal("session-missing 401", await application.WhoAsync());
    }

    [Fact]
    public async Task Refusal_of_the_Tokenizer_keeps_its_name_and_code()
    {
        await using var application = await StartAsync((grants, context) => grants.CreateAsync(context, TestApplication.Token));
        application.Answer = (_, _) => TestApplication.Refusal(403, "foreign-token");

        Assert.Equal("foreign-token 403", await application.WhoAsync(application.Assertion()));
    }

    public static TheoryData<string> UnclearAnswers =>
        ["not json", "{}", "[]", "{\"success\":\"true\",\"data\":{\"valid\":true}}", "{\"success\":true,\"success\":false,\"data\":{\"valid\":true}}",
            "{\"success\":true}", "{\"success\":true,\"data\":{}}", "{\"success\":true,\"data\":{\"valid\":\"true\"}}", "{\"success\":true,\"data\":null}"];

    [Theory]
    [MemberData(nameof(UnclearAnswers))]
    public async Task Unclear_answer_is_never_a_yes(string answer)
    {
        await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, TestApplication.Token));
        application.Answer = (_, _) => Results.Text(answer, "application/json");

        Assert.Equal("tokenizer-answer-invalid 502", await application.WhoAsync(application.Assertion()));
    }

    [Fact]
    public async Task Success_told_with_an_error_status_is_never_a_yes()
    {
        await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, TestApplication.Token));
        application.Answer = (_, _) => Results.Json(new { success = true, data = new { valid = true } }, statusCode: 500);

        Assert.Equal("tokenizer-answer-invalid 502", await application.WhoAsync(application.Assertion()));
    }

    [Fact]
    public async Task Redirect_is_not_followed_with_the_credential()
    {
        await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, TestApplication.Token));
        application.Answer = (_, _) => Results.Redirect("/grant/verify", permanent: false, preserveMethod: true);

        Assert.Equal("tokenizer-answer-invalid 502", await application.WhoAsync(application.Assertion()));
        Assert.Single(application.Calls);
    }

    [Fact]
    public async Task Unreachable_tokenizer_refuses_instead_of_passing()
    {
        await using var application = await StartAsync(
            (grants, context) => grants.VerifyAsync(context, TestApplication.Token), options => options.Url = "http://127.0.0.1:1");

        Assert.Equal("tokenizer-unavailable 503", await application.WhoAsync(application.Assertion()));
    }

    [Fact]
    public async Task Silent_tokenizer_refuses_at_the_timeout()
    {
        var never = new TaskCompletionSource();
        await using var application = await StartAsync(
            (grants, context) => grants.VerifyAsync(context, TestApplication.Token), options => options.Timeout = TimeSpan.FromMilliseconds(200));
        application.Answer = (_, _) => new Silence(never.Task);

        Assert.Equal("tokenizer-unavailable 503", await application.WhoAsync(application.Assertion()));
        never.SetResult();
    }

    [Fact]
    public async Task Negative_duration_is_refused_without_asking()
    {
        await using var application = await StartAsync((grants, context) => grants.CreateAsync(context, TestApplication.Token, TimeSpan.FromSeconds(-1)));

        using var response = await application.SendAsync(application.Assertion());

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(application.Calls);
    }

    [Fact]
    public async Task Key_in_a_changed_file_signs_without_a_restart_and_a_broken_one_does_not()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, SigningKey.Generate().ToPem());
            await using var application = await StartAsync((grants, context) => grants.VerifyAsync(context, TestApplication.Token), options =>
            {
                options.Key = null;
                options.KeyFile = file;
            });
            await application.WhoAsync(application.Assertion());

            await File.WriteAllTextAsync(file, application.ApplicationKey.ToPem());
            application.Clock.Advance(TimeSpan.FromSeconds(11));
            await application.WhoAsync(application.Assertion());
            await AssertSignedByApplicationAsync(application, application.Calls[^1].Authorization);

            await File.WriteAllTextAsync(file, "half a key");
            application.Clock.Advance(TimeSpan.FromSeconds(11));
            await application.WhoAsync(application.Assertion());
            await AssertSignedByApplicationAsync(application, application.Calls[^1].Authorization);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<TestApplication> StartAsync(Func<IGrants, HttpContext, Task> use, Action<TokenizerOptions>? tokenizer = null)
    {
        var application = new TestApplication
        {
            Endpoint = async context =>
            {
                try
                {
                    await use(context.RequestServices.GetRequiredService<IGrants>(), context);
                    await context.Response.WriteAsync("done");
                }
                catch (TokenizerException refusal)
                {
                    Assert.DoesNotContain("lunasec", refusal.ToString(), StringComparison.Ordinal);
                    Assert.DoesNotContain("session-1", refusal.ToString(), StringComparison.Ordinal);
                    await context.Response.WriteAsync($"{refusal.Name} {refusal.Code}");
                }
            },
        };
        return await application.StartAsync(tokenizer: tokenizer);
    }

    private static async Task AssertSignedByApplicationAsync(TestApplication application, string authorization)
    {
        Assert.StartsWith("Bearer ", authorization, StringComparison.Ordinal);
        var policy = new JwtPolicy
        {
            Algorithms = [JwtAlgorithms.ES256],
            Issuers = ["bank"],
            Audiences = ["tokenizer-services"],
            Type = JwtTypes.Application,
            MaximumLifetime = TimeSpan.FromSeconds(60),
            RequiredClaims = ["jti"],
        };
        var outcome = await new JwtVerifier(application.Clock).VerifyAsync(
            authorization["Bearer ".Length..], policy, new FixedKeySource(application.ApplicationKey.VerificationKey), CancellationToken.None);
        Assert.Equal("application", Assert.IsType<JwtOutcome.Verified>(outcome).Jwt.Subject);
    }

    private sealed class Silence(Task end) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Task.WhenAny(end, Task.Delay(Timeout.Infinite, httpContext.RequestAborted));
    }
}
