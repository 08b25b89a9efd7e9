using System.Net;
using AuthProxy.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthProxy.Sdk.Tests.Login;

public class TokenizerEndpointsTests
{
    [Fact]
    public async Task Browser_goes_back_with_a_token_for_this_login_that_the_published_key_verifies()
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync("/.lunasec/secure-frame?state=a%26b");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("https://vault.example/base/session/create", answer.Headers.Location!.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(answer.Headers.Location.Query);
        Assert.Equal("a&b", query["state"]);
        var claims = await VerifyAsync(application, query["openid_token"]!);
        Assert.Equal("alice", claims.Subject);
        Assert.Equal("session-7", claims.Text("session_id"));
        Assert.Equal("a&b", claims.Text("nonce"));
        Assert.Equal(1_900_000_000, claims.Claims.GetProperty("session_exp").GetInt64());
    }

    [Fact]
    public async Task Each_login_has_a_token_of_its_own()
    {
        await using var application = await StartAsync();

        using var first = await application.AskAsync("/.lunasec/secure-frame?state=s");
        using var second = await application.AskAsync("/.lunasec/secure-frame?state=s");

        Assert.NotEqual(first.Headers.Location, second.Headers.Location);
    }

    [Theory]
    [InlineData(""), InlineData("?state="), InlineData("?state=a&state=b"), InlineData("?state=LONG")]
    public async Task Login_without_one_state_is_refused(string query)
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync("/.lunasec/secure-frame" + query.Replace("LONG", new string('s', 257), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("""{"success":false,"error":"state is missing, stands twice or is too long"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stranger_is_given_no_token()
    {
        await using var application = await StartAsync(_ => ValueTask.FromResult<SignedInUser?>(null));

        using var answer = await application.AskAsync("/.lunasec/secure-frame?state=s");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("""{"success":false,"error":"nobody is signed in"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Grants_are_made_for_the_applications_own_session_and_name_whose_it_is()
    {
        await using var application = await StartAsync();

        using var answer = await application.AskAsync("/grant");

        var body = application.Calls.Single().Body;
        Assert.Equal(("session-7", "alice"), (body.GetProperty("sessionId").GetString(), body.GetProperty("userId").GetString()));
        Assert.False(body.TryGetProperty("assertion", out _));
    }

    [Fact]
    public async Task Grant_without_anybody_signed_in_is_refused()
    {
        await using var application = await StartAsync(_ => ValueTask.FromResult<SignedInUser?>(null));

        using var answer = await application.AskAsync("/grant");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(application.Calls);
    }

    [Fact]
    public async Task Routes_without_what_they_need_keep_the_application_from_starting()
    {
        await using var application = new TestApplication { Routes = routes => routes.MapTokenizerEndpoints() };

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => application.StartAsync());

        Assert.Contains("SignedIn and PublicUrl are needed", fault.Message, StringComparison.Ordinal);
    }

    private static Task<TestApplication> StartAsync(Func<HttpContext, ValueTask<SignedInUser?>>? signedIn = null) => new TestApplication
    {
        Routes = application =>
        {
            application.MapTokenizerEndpoints();
            application.MapGet("/grant", (HttpContext context, IGrants grants) => grants.CreateAsync(context, TestApplication.Token));
        },
    }.StartAsync(tokenizer: options =>
    {
        options.PublicUrl = "https://vault.example/base/";
        options.SignedIn = signedIn ?? (_ => ValueTask.FromResult<SignedInUser?>(new SignedInUser("alice", "session-7", DateTimeOffset.FromUnixTimeSeconds(1_900_000_000))));
    });

    private static async Task<VerifiedJwt> VerifyAsync(TestApplication application, string token)
    {
        using var keys = await application.AskAsync("/.lunasec/jwks.json");
        var set = Assert.IsType<JsonWebKeySetOutcome.Parsed>(JsonWebKeySet.Parse(await keys.Content.ReadAsByteArrayAsync()));
        var policy = new JwtPolicy { Algorithms = [JwtAlgorithms.ES256], Issuers = ["bank"], Audiences = ["tokenizer:bank"], Type = JwtTypes.Session, MaximumLifetime = TimeSpan.FromMinutes(1) };
        return Assert.IsType<JwtOutcome.Verified>(await new JwtVerifier(application.Clock).VerifyAsync(token, policy, new FixedKeySource(set.Set), default)).Jwt;
    }
}
