using System.Security.Claims;
using System.Text.Json;
using AuthProxy.Jose;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthProxy.Sdk.Tests.Identity;

public class AuthProxyIdentityHandlerTests
{
    [Fact]
    public async Task Assertion_becomes_the_user_with_its_claims()
    {
        await using var application = new TestApplication
        {
            Endpoint = context => context.Response.WriteAsync(string.Join(
                '|',
                context.User.Identity!.Name,
                context.User.FindFirstValue(AuthProxyClaimTypes.Subject),
                context.User.FindFirstValue(AuthProxyClaimTypes.SubjectIssuer),
                context.User.FindFirstValue(AuthProxyClaimTypes.SessionId),
                context.User.IsInRole("clerks") && context.User.IsInRole("admins"),
                context.User.FindFirstValue("address"),
                context.User.HasClaim(claim => claim.Type is "iss" or "aud" or "jti" or "exp" or "iat"))),
        };
        await application.StartAsync();

        var who = await application.WhoAsync(application.Assertion(more: claims =>
        {
            claims.WriteStartArray("groups");
            claims.WriteStringValue("clerks");
            claims.WriteStringValue("admins");
            claims.WriteEndArray();
            claims.WriteStartObject("address");
            claims.WriteString("country", "SE");
            claims.WriteEndObject();
            claims.WriteNull("nothing");
        }));

        Assert.Equal("Alice Åhlgren|alice|https://idp.example|session-1|True|{\"country\":\"SE\"}|False", who);
    }

    [Fact]
    public async Task Request_without_assertion_has_no_user()
    {
        await using var application = await new TestApplication().StartAsync();

        Assert.Equal("nobody", await application.WhoAsync());
    }

    [Fact]
    public async Task Assertion_of_an_anonymous_request_is_nobody()
    {
        await using var application = await new TestApplication().StartAsync();

        Assert.Equal("nobody", await application.WhoAsync(application.Assertion(sid: null)));
    }

    [Fact]
    public async Task Two_assertions_are_refused_although_each_is_genuine()
    {
        await using var application = await new TestApplication().StartAsync();

        Assert.Equal("nobody", await application.WhoAsync(application.Assertion(), application.Assertion()));
        Assert.Equal("nobody", await application.WhoAsync(application.Assertion() + ", " + application.Assertion()));
        Assert.Equal("nobody", await application.WhoAsync(""));
    }

    public static TheoryData<string> Forgeries => ["issuer", "audience", "tokenizer", "service", "plain", "expired", "long", "stranger", "rs256", "garbage"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Assertion_that_the_Proxy_did_not_make_for_us_now_is_refused(string forgery)
    {
        await using var application = await new TestApplication().StartAsync();

        var assertion = forgery switch
        {
            "issuer" => application.Assertion(issuer: "https://other.example"),
            "audience" => application.Assertion(audience: "shop"),
            "tokenizer" => application.Assertion(audience: "tokenizer:bank"),
            "service" => application.Assertion(type: JwtTypes.Service),
            "plain" => application.Assertion(type: "JWT"),
            "expired" => application.Assertion(age: 70),
            "long" => application.Assertion(life: 3600),
            "stranger" => application.Assertion(key: SigningKey.Generate()),
            "rs256" => application.Assertion(key: SigningKey.Generate(JwtAlgorithms.RS256)),
            _ => "a.b.c",
        };

        Assert.Equal("nobody", await application.WhoAsync(assertion));
    }

    [Fact]
    public async Task Assertion_seen_before_is_refused_once_it_has_expired()
    {
        await using var application = await new TestApplication().StartAsync();
        var assertion = application.Assertion();

        Assert.Equal("Alice Åhlgren", await application.WhoAsync(assertion));
        Assert.Equal("Alice Åhlgren", await application.WhoAsync(assertion));
        application.Clock.Advance(TimeSpan.FromSeconds(66));

        Assert.Equal("nobody", await application.WhoAsync(assertion));
    }

    [Fact]
    public async Task New_key_of_the_Proxy_is_fetched_and_believed()
    {
        await using var application = await new TestApplication().StartAsync();
        Assert.Equal("Alice Åhlgren", await application.WhoAsync(application.Assertion()));

        application.ProxyKey = SigningKey.Generate();
        application.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("Alice Åhlgren", await application.WhoAsync(application.Assertion()));
        Assert.Equal(2, application.KeyFetches);
    }

    [Fact]
    public async Task Unreachable_keys_refuse_instead_of_believing()
    {
        await using var application = await new TestApplication().StartAsync(identity: options => options.JwksUrl = "http://127.0.0.1:1/jwks");

        Assert.Equal("nobody", await application.WhoAsync(application.Assertion()));
    }

    [Fact]
    public async Task Assertion_itself_is_no_claim()
    {
        await using var application = new TestApplication
        {
            Endpoint = async context =>
            {
                var ticket = await context.AuthenticateAsync();
                await context.Response.WriteAsync(JsonSerializer.Serialize(ticket.Principal!.Claims.Select(claim => claim.Value)));
            },
        };
        await application.StartAsync();
        var assertion = application.Assertion();

        Assert.DoesNotContain(assertion.Split('.')[2], await application.WhoAsync(assertion), StringComparison.Ordinal);
    }
}
