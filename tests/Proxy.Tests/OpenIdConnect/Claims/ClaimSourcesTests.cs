using System.Text.Json;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.OpenIdConnect.Claims;
using AuthProxy.Proxy.Sessions;
using Microsoft.AspNetCore.Http;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect.Claims;

public class ClaimSourcesTests
{
    [Theory]
    [InlineData("realm_access.roles", """{"realm_access":{"roles":["a","b"]}}""", """["a","b"]""")]
    [InlineData("/realm_access/roles", """{"realm_access":{"roles":["a"]}}""", """["a"]""")]
    [InlineData("/resource_access/my.app/roles", """{"resource_access":{"my.app":{"roles":["c"]}}}""", """["c"]""")]
    [InlineData("/a~1b/c~0d", """{"a/b":{"c~d":["e"]}}""", """["e"]""")]
    [InlineData("https://bank.test/roles", """{"https://bank.test/roles":["f"]}""", """["f"]""")]
    [InlineData("role", """{"role":"g"}""", """["g"]""")]
    public async Task Groups_are_fetched_from_where_the_provider_has_them_and_are_always_a_list(string path, string claims, string groups)
    {
        var session = await SignInAsync($", claims_mapping: {{ groups: '{path}' }}", world => Say(world, claims));

        Assert.Equal(groups, session.Claims.GetProperty("groups").GetRawText());
    }

    [Theory]
    [InlineData("missing"), InlineData("realm_access.missing"), InlineData("/realm_access/roles/0"), InlineData("name.x"), InlineData("realm_access")]
    public async Task Name_that_is_mapped_holds_nothing_that_the_provider_sends_under_it(string path)
    {
        var session = await SignInAsync($", claims_mapping: {{ groups: {path} }}", world => Say(world, """{"groups":["admins"],"realm_access":{"roles":["a"]}}"""));

        Assert.False(session.Claims.TryGetProperty("groups", out _));
    }

    [Theory]
    [InlineData("acr: x"), InlineData("auth_time: x"), InlineData("amr: x"), InlineData("sub: email"), InlineData("iss: x"), InlineData("sid: x"), InlineData("_claim_names: x"), InlineData("guest: x")]
    [InlineData("groups: ''"), InlineData("groups: a..b"), InlineData("groups: '/a/~2'"), InlineData("groups: '/a//b'"), InlineData("groups: [a]")]
    public void Mapping_of_what_decides_about_logins_or_from_nowhere_is_a_fault(string mapping)
    {
        var faults = new ConfigFaults();

        Read($"serve: {{ proxy: {{ public_urls: [https://a.example.com] }} }}\nauthenticators: {{ oidc: {{ config: {{ issuer: https://id.example.com, client_id: x, claims_mapping: {{ {mapping} }} }} }} }}")
            .ReadOidc(faults);

        Assert.Contains("claims_mapping", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_info_adds_what_the_ID_token_lacks_and_overrides_nothing_in_it()
    {
        var session = await SignInAsync(", user_info: always", world =>
        {
            world.Provider.Claims["acr"] = "\"bronze\"";
            world.Provider.UserInfo = Json("""{"sub":"alice","name":"Mallory","department":"vault","acr":"gold","auth_time":1,"amr":["hwk"],"sid":"x","iss":"y","nonce":"z","_claim_names":{}}""");
        });

        Assert.Equal(("Zoë", "vault"), (session.Claims.GetProperty("name").GetString(), session.Claims.GetProperty("department").GetString()));
        Assert.Equal(("bronze", "bronze", "session-of-alice"), (session.Acr, session.Claims.GetProperty("acr").GetString(), session.ProviderSid));
        Assert.False(session.IsAuthTimeKnown);
        Assert.DoesNotContain(session.Claims.EnumerateObject(), claim => claim.Name is "auth_time" or "amr" or "sid" or "iss" or "nonce" or "sub" or "_claim_names");
    }

    [Theory]
    [InlineData(""), InlineData(", claims: [guest, name]"), InlineData(", user_info: always")]
    public async Task Provider_cannot_make_its_people_guests(string oidc)
    {
        var session = await SignInAsync(oidc, world =>
        {
            world.Provider.Claims["guest"] = "true";
            world.Provider.UserInfo = Json("""{"sub":"alice","guest":true}""");
        });

        Assert.Equal((false, "Zoë"), (session.Claims.TryGetProperty("guest", out _), session.Claims.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Acr_of_user_info_or_of_a_mapping_is_no_way_of_signing_in()
    {
        var session = await SignInAsync(", user_info: always, claims_mapping: { level: acr }", world =>
            world.Provider.UserInfo = Json("""{"sub":"alice","acr":"gold","auth_time":1767268799}"""));

        Assert.Equal((null, null), (session.Authentication.Acr, session.Authentication.At));
        Assert.False(session.Claims.TryGetProperty("acr", out _));
    }

    [Fact]
    public async Task Mapping_finds_what_only_user_info_holds()
    {
        var session = await SignInAsync(", user_info: always, claims_mapping: { groups: roles }", world => world.Provider.UserInfo = Json("""{"sub":"alice","roles":["auditor"]}"""));

        Assert.Equal("""["auditor"]""", session.Claims.GetProperty("groups").GetRawText());
    }

    [Theory]
    [InlineData(200, "application/json", """{"sub":"mallory"}""", 400)]
    [InlineData(200, "application/json", """{"sub":["alice"]}""", 400)]
    [InlineData(200, "application/json", "{}", 400)]
    [InlineData(200, "application/json", """{"sub":"\ud800"}""", 400)]
    [InlineData(200, "application/json", """{"sub":"alice","\ud800":1}""", 400)]
    [InlineData(200, "application/json", """{"sub":"alice","sub":"alice"}""", 400)]
    [InlineData(200, "application/json", "[]", 400)]
    [InlineData(200, "application/json", "not json", 400)]
    [InlineData(200, "application/jwt", "a.b.c", 400)]
    [InlineData(200, "text/html", """{"sub":"alice"}""", 400)]
    [InlineData(401, "application/json", "{}", 400)]
    [InlineData(302, "application/json", "{}", 400)]
    [InlineData(500, "application/json", "{}", 503)]
    [InlineData(429, "application/json", "{}", 503)]
    public async Task User_info_that_is_none_signs_nobody_in(int status, string type, string body, int expected)
    {
        await using var world = await StartAsync(", user_info: always");
        world.Provider.UserInfo = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            context.Response.Headers.Location = "https://evil.example/";
            return context.Response.WriteAsync(body);
        };
        var browser = world.NewBrowser();

        Assert.Equal(expected, (await browser.SignInAsync()).Status);
        Assert.Null(browser.Cookie(App));
    }

    [Fact]
    public async Task Oversized_or_missing_user_info_signs_nobody_in()
    {
        await using var world = await StartAsync(", user_info: always");
        Assert.Equal(400, (await world.NewBrowser().SignInAsync()).Status);

        foreach (var length in (int[])[70_000, 300_000])
        {
            await using var other = await StartAsync(", user_info: always");
            other.Provider.UserInfo = Json($$"""{"sub":"alice","x":"{{new string('x', length)}}"}""");
            Assert.Equal(400, (await other.NewBrowser().SignInAsync()).Status);
        }
    }

    [Fact]
    public async Task User_info_is_shown_the_access_token_and_asked_only_where_that_is_wanted()
    {
        var asked = new List<string>();
        Func<HttpContext, Task> record = context =>
        {
            asked.Add(context.Request.Headers.Authorization.ToString());
            return Json("""{"sub":"alice"}""")(context);
        };
        await SignInAsync("", world => world.Provider.UserInfo = record);
        Assert.Empty(asked);

        await SignInAsync(", user_info: always", world => world.Provider.UserInfo = record);
        Assert.Equal(["Bearer access-token"], asked);
    }

    [Theory]
    [InlineData("""{"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"https://graph.windows.net/x"}}}""", "groups")]
    [InlineData("""{"hasgroups":true}""", "groups")]
    [InlineData("""{"hasgroups":true,"groups":["a"]}""", "")]
    [InlineData("""{"_claim_names":["groups"],"hasgroups":"true"}""", "")]
    public void Claims_that_did_not_fit_are_missed(string token, string names) =>
        Assert.Equal(names, string.Join(',', KeptClaims.LeftOut(JsonDocument.Parse(token).RootElement, null)));

    [Fact]
    public async Task Groups_that_did_not_fit_are_missing_and_nobody_is_asked_for_them()
    {
        var session = await SignInAsync("", world =>
        {
            world.Provider.Claims["groups"] = null;
            Say(world, $$$"""{"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"{{{world.Provider.Issuer}}}/userinfo"}},"hasgroups":true}""");
            world.Provider.UserInfo = _ => throw new InvalidOperationException("must not be asked");
        });

        Assert.DoesNotContain(session.Claims.EnumerateObject(), claim => claim.Name is "groups" or "_claim_names" or "_claim_sources" or "hasgroups");
    }

    private static async Task<Session> SignInAsync(string oidc, Action<LoginWorld> prepare)
    {
        await using var world = await StartAsync(oidc);
        prepare(world);
        var browser = world.NewBrowser();
        var page = await browser.SignInAsync();
        Assert.True(page.Status == 200, page.Body);
        return Assert.IsType<SessionLookup.Live>(await world.Sessions.FindAsync(CookieSecret.Parse(browser.Cookie(App)!)!, "app.example.com", default)).Session;
    }

    private static void Say(LoginWorld world, string claims)
    {
        foreach (var claim in JsonDocument.Parse(claims).RootElement.EnumerateObject())
        {
            world.Provider.Claims[claim.Name] = claim.Value.GetRawText();
        }
    }

    private static Func<HttpContext, Task> Json(string body) => context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    };
}
