using System.Text;
using AuthProxy.Jose;
using AuthProxy.Proxy.Sessions;
using static AuthProxy.Proxy.Tests.OpenIdConnect.LoginWorld;

namespace AuthProxy.Proxy.Tests.OpenIdConnect.BackChannel;

/// <summary>Anybody may post to the endpoint; nothing but the provider's own fresh word ends anything, and it ends it once.</summary>
public sealed class LogoutTokenAttackTests : IAsyncLifetime
{
    private LoginWorld _world = null!;
    private LogoutTokens _tokens = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _world = await StartAsync();
        _tokens = new LogoutTokens(_world, _world.Provider);
        _browser = _world.NewBrowser();
        await _browser.SignInAsync();
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Forged_logout_token_signed_with_another_key_ends_nothing()
    {
        var forged = SigningKey.Generate();

        await RefusedAsync(_tokens.Make(key: forged));
    }

    [Theory]
    [InlineData("none"), InlineData("None"), InlineData("NONE")]
    public async Task Logout_token_of_algorithm_none_ends_nothing(string algorithm)
    {
        var claims = ClaimsOf(_tokens.Make());

        await RefusedAsync(LogoutTokens.Forge($$"""{"alg":"{{algorithm}}","typ":"logout+jwt"}""", claims, _ => []));
    }

    [Fact]
    public async Task Logout_token_signed_by_HS256_with_the_public_key_or_the_client_secret_ends_nothing()
    {
        var claims = ClaimsOf(_tokens.Make());
        foreach (var secret in new[] { StubProvider.ClientSecret, _world.Provider.PublicKeyJson })
        {
            await RefusedAsync(LogoutTokens.Forge(
                $$"""{"alg":"HS256","kid":"{{_world.Provider.Key.KeyId}}","typ":"logout+jwt"}""", claims, input => LogoutTokens.Hmac(Encoding.UTF8.GetBytes(secret), input)));
        }
    }

    [Fact]
    public async Task Replayed_logout_token_ends_no_later_session()
    {
        var token = _tokens.Make(instead: [("sid", null), ("sub", "\"alice\"")]);
        Assert.Equal(200, (await _tokens.SendAsync(token)).Status);
        Assert.Equal(401, (await _browser.FetchAsync(App + "/")).Status);
        await _browser.SignInAsync();

        await RefusedAsync(token);

        _world.Clock.Advance(TimeSpan.FromMinutes(7));
        await _world.Store.SweepAsync(_world.Clock.GetUtcNow(), 1000, default);
        await RefusedAsync(token);
    }

    [Theory]
    [InlineData("aud", "\"another-client\""), InlineData("aud", "[]"), InlineData("aud", null)]
    [InlineData("iss", "\"https://evil.example.com\""), InlineData("iss", null)]
    [InlineData("iat", null), InlineData("iat", "\"now\""), InlineData("iat", "4102444800")]
    [InlineData("exp", null), InlineData("exp", "1")]
    [InlineData("jti", null), InlineData("jti", "\"\""), InlineData("jti", "7")]
    [InlineData("events", null), InlineData("events", "{}"), InlineData("events", "[\"http://schemas.openid.net/event/backchannel-logout\"]")]
    [InlineData("events", """{"http://schemas.openid.net/event/backchannel-logout":null}"""), InlineData("events", """{"http://schemas.openid.net/event/backchannel-logout":true}""")]
    [InlineData("events", """{"http://schemas.openid.net/event/other":{}}""")]
    [InlineData("nonce", "\"n\""), InlineData("nonce", "null"), InlineData("nonce", "1")]
    [InlineData("sid", null), InlineData("sid", "\"\""), InlineData("sid", "1"), InlineData("sid", "null")]
    [InlineData("sub", "\"\""), InlineData("sub", "{}")]
    public async Task Logout_token_that_is_not_as_the_standard_has_it_ends_nothing(string claim, string? json) =>
        await RefusedAsync(_tokens.Make(instead: (claim, json)));

    [Theory]
    [InlineData("at+jwt"), InlineData("id_token"), InlineData("secevent+jwt"), InlineData(JwtTypes.Assertion), InlineData(JwtTypes.Service), InlineData(JwtTypes.Application)]
    [InlineData("logout+jwt; x=y")]
    public async Task Token_of_another_type_is_no_logout_token(string type) => await RefusedAsync(_tokens.Make(type));

    [Fact]
    public async Task Logout_token_from_long_ago_ends_nothing()
    {
        var old = _world.Clock.GetUtcNow().ToUnixTimeSeconds() - 331;

        await RefusedAsync(_tokens.Make(instead: ("iat", $"{old}")));
        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make(instead: ("iat", $"{old + 2}")))).Status);
    }

    [Fact]
    public async Task ID_token_is_no_logout_token()
    {
        var idToken = (await LiveAsync()).Tokens.IdToken!;

        await RefusedAsync(idToken);
    }

    [Fact]
    public async Task Logout_token_is_no_ID_token()
    {
        // A provider that can be made to hand one out in place of the other: with the right nonce, subject and times even.
        _world.Provider.Claims["events"] = LogoutTokens.Event;
        var other = _world.NewBrowser();
        var callback = _world.Provider.Authorize((await other.GoAsync(App + "/")).Location);

        var answer = await other.GoAsync(callback);

        Assert.Equal((400, "login-failed"), (answer.Status, answer.Reason));
    }

    [Fact]
    public async Task Oversize_logout_token_is_refused_before_it_is_read()
    {
        var large = new string('a', 64 * 1024);

        Assert.Equal((413, "body-too-large"), await StatusAsync(_tokens.SendAsync(large)));
        await RefusedAsync(new string('a', 17 * 1024));
    }

    [Theory]
    [InlineData("", "application/x-www-form-urlencoded"), InlineData("logout_token=", "application/x-www-form-urlencoded")]
    [InlineData("token={token}", "application/x-www-form-urlencoded"), InlineData("logout_token={token}&logout_token={token}", "application/x-www-form-urlencoded")]
    [InlineData("logout_token={token}", "text/plain"), InlineData("logout_token={token}", "application/json"), InlineData("logout_token={token}", "multipart/form-data; boundary=x")]
    [InlineData("logout_token={token}&x=ü", "application/x-www-form-urlencoded")]
    public async Task Form_that_is_not_as_the_standard_has_it_ends_nothing(string body, string type)
    {
        var answer = await _tokens.SendBodyAsync(body.Replace("{token}", _tokens.Make(), StringComparison.Ordinal), type: type);

        Assert.Equal((400, "request-malformed", "no-store"), (answer.Status, answer.Reason, answer.Headers.CacheControl.ToString()));
        await StillSignedInAsync();
    }

    [Fact]
    public async Task Provider_whose_keys_never_come_keeps_nobody_from_logging_out_at_another()
    {
        await using var world = await StartTwoAsync();
        var never = new TaskCompletionSource();
        world.Provider.ShowsKeysAfter = never.Task;
        var (staff, customers) = (new LogoutTokens(world, world.Provider), new LogoutTokens(world, world.Other));
        var waiting = Enumerable.Range(0, 20).Select(_ => staff.SendAsync(staff.Make(), App + "/.authproxy/backchannel-logout/staff")).ToList();

        Assert.Equal(200, (await customers.SendAsync(customers.Make(), App + "/.authproxy/backchannel-logout/customers").WaitAsync(TimeSpan.FromSeconds(20))).Status);

        world.Clock.Advance(TimeSpan.FromSeconds(5));
        var answers = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(20));
        never.SetResult();
        Assert.All(answers, answer => Assert.Equal(503, answer.Status));
    }

    [Fact]
    public async Task Body_that_never_ends_is_given_up()
    {
        var endless = new TaskCompletionSource<int>();
        using var body = new StalledBody(endless.Task);
        var sending = _world.SendAsync(
            "POST", App + "/.authproxy/backchannel-logout", new Dictionary<string, string> { ["Content-Type"] = "application/x-www-form-urlencoded" }, body);

        _world.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal((408, "body-timeout"), await StatusAsync(sending));
    }

    [Fact]
    public async Task Flood_of_worthless_logout_posts_asks_the_store_nothing_and_fetches_no_keys()
    {
        await RefusedAsync(_tokens.Make(key: SigningKey.Generate()));
        var (asked, fetched) = (_world.Store.Calls, _world.Provider.KeyRequests);
        var forged = SigningKey.Generate();

        await Parallel.ForEachAsync(Enumerable.Range(0, 500), async (_, _) => await _tokens.SendAsync(_tokens.Make(key: forged)));

        Assert.Equal(asked, _world.Store.Calls);
        Assert.InRange(_world.Provider.KeyRequests - fetched, 0, 1);
        Assert.Equal(200, (await _tokens.SendAsync(_tokens.Make())).Status);
    }

    [Fact]
    public async Task Provider_cannot_end_what_another_provider_began()
    {
        await using var world = await StartTwoAsync();
        var staff = world.NewBrowser();
        await staff.SignInAsync();
        var others = new LogoutTokens(world, world.Other);

        var posted = await others.SendAsync(others.Make(), App + "/.authproxy/backchannel-logout/staff");
        var own = await others.SendAsync(others.Make(), App + "/.authproxy/backchannel-logout/customers");

        Assert.Equal((400, "logout-token-invalid"), (posted.Status, posted.Reason));
        Assert.Equal(200, own.Status);
        Assert.Equal(200, (await staff.GoAsync(App + "/")).Status);
    }

    private async Task RefusedAsync(string token)
    {
        var answer = await _tokens.SendAsync(token);

        Assert.Equal((400, "logout-token-invalid", "no-store"), (answer.Status, answer.Reason, answer.Headers.CacheControl.ToString()));
        Assert.DoesNotContain(token[..Math.Min(token.Length, 40)], answer.Body, StringComparison.Ordinal);
        await StillSignedInAsync();
    }

    private async Task StillSignedInAsync() => Assert.Equal(200, (await _browser.GoAsync(App + "/")).Status);

    private async Task<Session> LiveAsync() =>
        Assert.IsType<SessionLookup.Live>(await _world.Sessions.FindAsync(CookieSecret.Parse(_browser.Cookie(App))!, "app.example.com", default)).Session;

    private static string ClaimsOf(string token) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));

    private static async Task<(int, string)> StatusAsync(Task<Answer> answer) => ((await answer).Status, (await answer).Reason);

    private sealed class StalledBody(Task<int> never) : Hosting.Streams.ForwardOnlyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => await never.WaitAsync(cancellationToken);
    }
}
