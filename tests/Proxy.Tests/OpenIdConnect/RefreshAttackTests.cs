using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;
using Microsoft.AspNetCore.Http;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

/// <summary>What a refresh must not do to a session, whatever comes from the provider.</summary>
public class RefreshAttackTests
{
    [Fact]
    public async Task Token_substitution_user_info_of_another_subject_at_a_refresh_ends_the_session()
    {
        await using var world = await StartAsync(", user_info: always");
        world.Provider.UserInfo = Json(200, """{"sub":"alice"}""");
        var login = await SignInAsync(world);
        world.Provider.UserInfo = Json(200, """{"sub":"mallory"}""");

        var outcome = await RefreshAsync(world, login, _ => { });

        Assert.IsType<FreshnessOutcome.Ended>(outcome);
        Assert.Null(await StoredAsync(world, login));
    }

    [Theory]
    [InlineData("groups", "", 500, ""), InlineData("groups", "", 401, ""), InlineData("groups", "", 200, "{}"), InlineData("groups", "", 200, "{\"sub\":\"\\ud800\"}")]
    [InlineData("roles", ", claims_mapping: { groups: roles }", 500, "")]
    public async Task Rights_that_the_new_id_token_takes_away_do_not_stay_where_user_info_fails(string claim, string mapping, int status, string body)
    {
        await using var world = await StartAsync(", user_info: always" + mapping);
        world.Provider.Claims[claim] = "[\"admins\"]";
        world.Provider.UserInfo = Json(200, """{"sub":"alice","department":"vault"}""");
        var login = await SignInAsync(world);
        world.Provider.UserInfo = Json(status, body);

        var renewed = Fresh(await RefreshAsync(world, login, answers => answers.Claims["groups"] = null));

        Assert.Equal("admins", login.Session.Claims.GetProperty("groups")[0].GetString());
        Assert.False(renewed.Claims.TryGetProperty("groups", out _));
        Assert.Equal(("vault", "access-1"), (renewed.Claims.GetProperty("department").GetString(), renewed.Tokens.AccessToken));
    }

    [Fact]
    public async Task Groups_of_the_new_id_token_count_where_user_info_fails()
    {
        await using var world = await StartAsync(", user_info: always, claims_mapping: { teams: groups }");
        world.Provider.UserInfo = Json(200, """{"sub":"alice"}""");
        var login = await SignInAsync(world);
        world.Provider.UserInfo = Json(503, "");

        var renewed = Fresh(await RefreshAsync(world, login, _ => { }));

        Assert.Equal(("managers", "managers"), (renewed.Claims.GetProperty("groups")[0].GetString(), renewed.Claims.GetProperty("teams")[0].GetString()));
    }

    [Theory]
    [InlineData(false, "never"), InlineData(true, "never"), InlineData(false, "always"), InlineData(true, "always")]
    public async Task Refresh_cannot_make_a_login_look_stronger_or_fresher_to_conditions_on_claims(bool tellsTime, string userInfo)
    {
        await using var world = await StartAsync($", user_info: {userInfo}, claims_mapping: {{ level: acr }}");
        world.Provider.UserInfo = Json(200, """{"sub":"alice"}""");
        (world.Provider.Claims["acr"], world.Provider.Claims["amr"]) = ("\"bronze\"", "[\"pwd\"]");
        var time = tellsTime ? $"{world.Clock.GetUtcNow().AddMinutes(-10).ToUnixTimeSeconds()}" : null;
        world.Provider.Claims["auth_time"] = time;
        var login = await SignInAsync(world);

        var renewed = Fresh(await RefreshAsync(world, login, answers =>
        {
            (answers.Claims["acr"], answers.Claims["amr"]) = ("\"gold\"", "[\"hwk\",\"mfa\"]");
            answers.Claims["auth_time"] = time ?? $"{world.Clock.GetUtcNow().ToUnixTimeSeconds()}";
        }));

        Assert.Equal("managers", renewed.Claims.GetProperty("groups")[0].GetString());
        Assert.Equal(("bronze", "[\"pwd\"]", "bronze"), (renewed.Claims.GetProperty("acr").GetString(), renewed.Claims.GetProperty("amr").GetRawText(), renewed.Claims.GetProperty("level").GetString()));
        Assert.Equal(time, renewed.Claims.TryGetProperty("auth_time", out var at) ? at.GetRawText() : null);
        Assert.Equal(login.Session.Authentication, renewed.Authentication);
    }

    [Fact]
    public async Task Login_that_said_nothing_of_its_strength_gets_none_by_a_refresh()
    {
        await using var world = await StartAsync();
        var login = await SignInAsync(world);

        var renewed = Fresh(await RefreshAsync(world, login, answers => (answers.Claims["acr"], answers.Claims["amr"], answers.Claims["auth_time"]) = ("\"gold\"", "[\"hwk\"]", "1767268799")));

        Assert.DoesNotContain(renewed.Claims.EnumerateObject(), claim => claim.Name is "acr" or "amr" or "auth_time");
    }

    [Fact]
    public async Task User_info_that_hangs_burns_no_rotated_refresh_token_and_gives_no_new_rights()
    {
        await using var world = await StartAsync(", user_info: always");
        world.Provider.UserInfo = Json(200, """{"sub":"alice"}""");
        var login = await SignInAsync(world);
        var hanging = new TaskCompletionSource();
        world.Provider.UserInfo = async context =>
        {
            await hanging.Task;
            await Json(200, """{"sub":"alice"}""")(context);
        };

        var refreshing = RefreshAsync(world, login, _ => { });
        for (var patience = 0; (await StoredAsync(world, login))!.Tokens.RefreshToken != "refresh-1" && patience < 2000; patience++)
        {
            await Task.Delay(5);
        }

        Assert.Equal(login.Session.Tokens with { RefreshToken = "refresh-1" }, (await StoredAsync(world, login))!.Tokens);
        Assert.Equal("clerks", (await StoredAsync(world, login))!.Claims.GetProperty("groups")[0].GetString());

        hanging.SetResult();
        Assert.Equal("managers", Fresh(await refreshing).Claims.GetProperty("groups")[0].GetString());
    }

    [Theory]
    [InlineData("""{"sub":"alice","note":"\ud800"}"""), InlineData("""{"sub":"alice","\ud800":1}"""), InlineData("""{"sub":"alice","a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    public async Task Claims_that_cannot_be_read_end_cleanly_and_are_not_asked_for_again_and_again(string userInfo)
    {
        await using var world = await StartAsync(", user_info: always");
        world.Provider.UserInfo = Json(200, """{"sub":"alice"}""");
        var login = await SignInAsync(world);
        world.Provider.UserInfo = Json(200, userInfo);

        var renewed = Fresh(await RefreshAsync(world, login, _ => { }));

        Assert.Equal(("access-1", "managers"), (renewed.Tokens.AccessToken, renewed.Claims.GetProperty("groups")[0].GetString()));
    }

    [Fact]
    public async Task Answer_too_large_for_a_session_does_not_lose_the_rotated_refresh_token()
    {
        await using var world = await StartAsync();
        var login = await SignInAsync(world);

        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await RefreshAsync(world, login, answers => answers.Members["access_token"] = $"\"{new string('a', 100_000)}\""));

        Assert.Equal(("access-token", "refresh-1"), ((await StoredAsync(world, login))!.Tokens.AccessToken, (await StoredAsync(world, login))!.Tokens.RefreshToken));
    }

    private static async Task<SessionLookup.Live> SignInAsync(LoginWorld world)
    {
        var browser = world.NewBrowser();
        Assert.Equal(200, (await browser.SignInAsync()).Status);
        return Assert.IsType<SessionLookup.Live>(await world.Sessions.FindAsync(CookieSecret.Parse(browser.Cookie(App))!, "app.example.com", default));
    }

    // The access token has ended a minute ago.
    private static Task<FreshnessOutcome> RefreshAsync(LoginWorld world, SessionLookup.Live login, Action<RefreshAnswers> lie)
    {
        lie(new RefreshAnswers(world.Provider, world.Clock));
        world.Clock.Advance(TimeSpan.FromMinutes(6));
        return world.Get<SessionRefresher>().EnsureAsync(login, "app.example.com", default).AsTask();
    }

    private static Session Fresh(FreshnessOutcome outcome) => Assert.IsType<FreshnessOutcome.Fresh>(outcome).Session;

    private static async Task<Session?> StoredAsync(LoginWorld world, SessionLookup.Live login)
    {
        using var read = await world.Sessions.ReadAsync(login.Cookie, "app.example.com", default);
        return read?.Session;
    }

    private static Func<HttpContext, Task> Json(int status, string body) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    };
}
