using System.Text;
using AuthProxy.Jose;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect;

public sealed class TokenRefreshTests : IAsyncLifetime
{
    private LoginWorld _world = null!;
    private RefreshAnswers _answers = null!;
    private SessionLookup.Live _login = null!;

    public Task InitializeAsync() => StartAsync("");

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Refresh_token_is_shown_with_the_clients_credentials_and_new_tokens_take_the_old_ones_place()
    {
        Assert.Equal("access-1", await TokenAsync());

        var (form, authorization) = Assert.Single(_answers.Asked);
        Assert.Equal(("refresh_token", "refresh-token"), (form["grant_type"].ToString(), form["refresh_token"].ToString()));
        Assert.StartsWith("Basic ", authorization, StringComparison.Ordinal);
        Assert.False(form.ContainsKey("client_secret"));
        var tokens = (await StoredAsync())!.Tokens;
        Assert.Equal(("access-1", "refresh-1"), (tokens.AccessToken, tokens.RefreshToken));
        Assert.Equal(TimeSpan.FromMinutes(5), tokens.AccessTokenExpiresAt - tokens.ReceivedAt);
    }

    [Fact]
    public async Task Refresh_token_of_a_provider_that_does_not_rotate_stays()
    {
        _answers.Members["refresh_token"] = null;

        await TokenAsync();

        Assert.Equal("refresh-token", (await StoredAsync())!.Tokens.RefreshToken);
    }

    [Fact]
    public async Task Claims_follow_the_new_id_token()
    {
        await TokenAsync();

        Assert.Equal("managers", (await StoredAsync())!.Claims.GetProperty("groups")[0].GetString());
    }

    [Fact]
    public async Task Claims_stay_as_they_were_at_login_where_the_configuration_says_so()
    {
        await DisposeAsync();
        await StartAsync(", refresh: { update_claims: false }");

        await TokenAsync();

        Assert.Equal("clerks", (await StoredAsync())!.Claims.GetProperty("groups")[0].GetString());
    }

    [Fact]
    public async Task Refresh_without_an_id_token_leaves_claims_and_logout_hint_as_they_were()
    {
        _answers.Members["id_token"] = null;

        Assert.Equal("access-1", await TokenAsync());

        var stored = (await StoredAsync())!;
        Assert.Equal("clerks", stored.Claims.GetProperty("groups")[0].GetString());
        Assert.Equal(_login.Session.Tokens.IdToken, stored.Tokens.IdToken);
    }

    [Fact]
    public async Task Token_substitution_genuine_id_token_of_another_subject_ends_the_session()
    {
        _answers.Claims["sub"] = "\"mallory\"";

        Assert.IsType<FreshnessOutcome.Ended>(await NeedAsync());

        Assert.Null(await StoredAsync());
    }

    [Theory]
    [InlineData("iss", "\"https://evil.example.com\""), InlineData("aud", "\"another\""), InlineData("aud", "[\"authproxy\",\"another\"]"), InlineData("azp", "\"another\"")]
    [InlineData("exp", "1"), InlineData("iat", null), InlineData("sub", null), InlineData("nonce", "\"of-another-login\""), InlineData("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"")]
    public async Task Id_token_that_is_not_ours_gives_nobody_its_access_token(string claim, string? value)
    {
        _answers.Claims[claim] = value;

        await GivesNothingAsync();
    }

    [Fact]
    public async Task Id_token_of_another_key_gives_nobody_its_access_token()
    {
        _answers.Key = SigningKey.Generate();

        await GivesNothingAsync();
    }

    [Theory]
    [InlineData("token_type", "\"DPoP\""), InlineData("access_token", null)]
    public async Task Access_token_that_is_no_bearer_token_is_not_taken(string member, string? value)
    {
        _answers.Members[member] = value;

        await GivesNothingAsync();
    }

    [Fact]
    public async Task Refresh_never_makes_a_login_look_fresher()
    {
        await DisposeAsync();
        _world = await LoginWorld.StartAsync();
        var then = _world.Clock.GetUtcNow().AddMinutes(-10);
        _world.Provider.Claims["auth_time"] = $"{then.ToUnixTimeSeconds()}";
        await SignInAsync();
        _answers.Claims["auth_time"] = $"{_world.Clock.GetUtcNow().ToUnixTimeSeconds()}";

        Assert.Equal("access-1", await TokenAsync());

        var stored = (await StoredAsync())!;
        Assert.Equal(then, stored.AuthenticatedAt);
        Assert.Equal("clerks", stored.Claims.GetProperty("groups")[0].GetString());
    }

    [Theory]
    [InlineData("invalid_grant"), InlineData("interaction_required"), InlineData("login_required"), InlineData("consent_required")]
    public async Task Provider_that_wants_the_person_ends_the_session(string error)
    {
        (_answers.Status, _answers.Body) = (400, $$"""{"error":"{{error}}","error_description":"<script>told by the provider</script>"}""");

        Assert.IsType<FreshnessOutcome.Ended>(await NeedAsync());

        Assert.Null(await StoredAsync());
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client"}"""), InlineData(401, """{"error":"invalid_client"}"""), InlineData(400, """{"error":"unauthorized_client"}""")]
    [InlineData(400, """{"error":"temporarily_unavailable"}"""), InlineData(400, """{"error":"slow_down"}"""), InlineData(400, """{"error":"Something <else>"}""")]
    [InlineData(400, "<html>"), InlineData(200, "<html>"), InlineData(200, "{}"), InlineData(302, ""), InlineData(404, "{}"), InlineData(429, "{}"), InlineData(500, "{}"), InlineData(503, "")]
    public async Task What_is_not_the_persons_fault_ends_no_session(int status, string body)
    {
        (_answers.Status, _answers.Body) = (status, body);

        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await NeedAsync());
        Assert.Equal(_login.Session.Tokens, (await StoredAsync())!.Tokens);

        (_answers.Status, _answers.Body) = (200, null);
        _world.Clock.Advance(RefreshPauses.First);
        Assert.Equal("access-2", await TokenAsync());
    }

    [Fact]
    public async Task Answer_without_an_end_and_tokens_without_a_measure_are_refused()
    {
        _answers.Members["access_token"] = $"\"{new string('a', 100_000)}\"";
        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await NeedAsync());

        _answers.Body = new StringBuilder().Append('{').Append(' ', 300_000).Append('}').ToString();
        _world.Clock.Advance(RefreshPauses.First);
        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await NeedAsync());

        Assert.NotNull(await StoredAsync());
    }

    [Fact]
    public async Task Session_of_a_provider_that_is_no_longer_meant_by_its_name_is_not_taken_to_the_new_one()
    {
        var other = _login with { Session = _login.Session with { Issuer = "https://before.example.com" } };

        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await _world.Get<SessionRefresher>().EnsureAsync(other, "app.example.com", default));
        Assert.Empty(_answers.Asked);
    }

    [Fact]
    public async Task Any_request_of_a_session_has_its_tokens_renewed_in_time()
    {
        var browser = _world.NewBrowser();
        browser.SetCookie(App, _login.Cookie.Text);

        Assert.Equal(200, (await browser.FetchAsync(App + "/")).Status);
        for (var patience = 0; _answers.Asked.Count == 0 && patience < 1000; patience++)
        {
            await Task.Delay(5);
        }

        Assert.Single(_answers.Asked);
    }

    private async Task GivesNothingAsync()
    {
        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await NeedAsync());

        var stored = (await StoredAsync())!;
        Assert.Equal((_login.Session.Tokens.AccessToken, "refresh-1"), (stored.Tokens.AccessToken, stored.Tokens.RefreshToken));
        Assert.Equal("clerks", stored.Claims.GetProperty("groups")[0].GetString());
    }

    private async Task StartAsync(string oidc)
    {
        _world = await LoginWorld.StartAsync(oidc);
        await SignInAsync();
    }

    // The access token has ended a minute ago.
    private async Task SignInAsync()
    {
        var browser = _world.NewBrowser();
        await browser.SignInAsync();
        var cookie = CookieSecret.Parse(browser.Cookie(App))!;
        _login = Assert.IsType<SessionLookup.Live>(await _world.Sessions.FindAsync(cookie, "app.example.com", default));
        _answers = new RefreshAnswers(_world.Provider, _world.Clock);
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
    }

    private Task<FreshnessOutcome> NeedAsync() => _world.Get<SessionRefresher>().EnsureAsync(_login, "app.example.com", default).AsTask();

    private async Task<string?> TokenAsync() => Assert.IsType<FreshnessOutcome.Fresh>(await NeedAsync()).Session.Tokens.AccessToken;

    private async Task<Session?> StoredAsync()
    {
        using var read = await _world.Sessions.ReadAsync(_login.Cookie, "app.example.com", default);
        return read?.Session;
    }
}
