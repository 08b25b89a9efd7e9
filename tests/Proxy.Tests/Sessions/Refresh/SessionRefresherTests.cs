using System.Text.Json;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Refresh;

namespace AuthProxy.Proxy.Tests.Sessions.Refresh;

public class SessionRefresherTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly RefreshWorld _world = new();

    [Fact]
    public async Task Request_with_a_good_token_does_not_wait_for_the_next_one()
    {
        var login = await _world.SignInAsync();
        var provider = new TaskCompletionSource();
        _world.Provider.Before = provider.Task;
        _world.Clock.Advance(TimeSpan.FromMinutes(4.5));

        var outcome = _world.Near.NeedAsync(login);

        Assert.True(outcome.IsCompletedSuccessfully);
        Assert.Equal("access", Assert.IsType<FreshnessOutcome.Fresh>(await outcome).Session.Tokens.AccessToken);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        provider.SetResult();
        await _world.UntilAsync(() => _world.StoredAsync(login).Result!.Tokens.AccessToken == "access-1");
    }

    [Fact]
    public async Task Cookie_that_counts_no_longer_does_not_end_the_refresh_of_others()
    {
        var login = await _world.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        var evicted = new SessionLookup.Live(login.Session, CookieSecret.New());

        var outcome = await _world.Near.NeedAsync(evicted);

        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(outcome);
        Assert.Equal("access-1", await _world.Far.TokenAsync(login));
    }

    [Fact]
    public async Task Token_that_is_far_from_its_end_is_left_alone()
    {
        var login = await _world.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(3.9));

        Assert.Null(await _world.Near.UseAsync(login));
        await _world.Near.NeedAsync(login);

        Assert.Empty(_world.Provider.Shown);
    }

    [Fact]
    public async Task Two_hundred_requests_of_one_process_share_one_refresh()
    {
        var login = await _world.SignInAsync();
        var provider = new TaskCompletionSource();
        _world.Provider.Before = provider.Task;
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        var requests = Enumerable.Range(0, 200).Select(_ => _world.Near.NeedAsync(login)).ToList();
        await _world.UntilAsync(() => _world.Provider.Asking == 1);
        provider.SetResult();

        foreach (var request in requests)
        {
            Assert.Equal("access-1", Assert.IsType<FreshnessOutcome.Fresh>(await request).Session.Tokens.AccessToken);
        }

        Assert.Equal(["refresh"], _world.Provider.Shown);
    }

    [Fact]
    public async Task Request_that_began_a_refresh_and_went_away_does_not_take_it_from_the_others()
    {
        var login = await _world.SignInAsync();
        var provider = new TaskCompletionSource();
        _world.Provider.Before = provider.Task;
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        using var client = new CancellationTokenSource();

        var first = _world.Near.NeedAsync(login, client.Token);
        var second = _world.Near.NeedAsync(login);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        provider.SetResult();

        Assert.IsType<FreshnessOutcome.Fresh>(await second);
    }

    [Fact]
    public async Task Tokens_are_stored_before_anybody_is_given_them()
    {
        var login = await _world.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        _world.Store.FailsToReplace = true;

        var request = _world.Near.NeedAsync(login);
        await _world.UntilAsync(() => _world.Provider.Shown.Count == 1, Moment);
        for (var turn = 0; turn < 50; turn++)
        {
            _world.Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.False(request.IsCompleted);
        _world.Store.FailsToReplace = false;

        Assert.Equal("access-1", Assert.IsType<FreshnessOutcome.Fresh>(await _world.OfAsync(request, Moment)).Session.Tokens.AccessToken);
        Assert.Equal("refresh-1", (await _world.StoredAsync(login))!.Tokens.RefreshToken);
        Assert.Equal(["refresh"], _world.Provider.Shown);
    }

    [Fact]
    public async Task Tokens_that_cannot_be_stored_for_long_end_the_session_and_are_given_to_nobody()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Settings = _world.Provider.Settings! with { Wait = TimeSpan.FromMinutes(1) };
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        _world.Store.FailsToReplace = true;

        Assert.IsType<FreshnessOutcome.Ended>(await _world.OfAsync(_world.Near.NeedAsync(login), TimeSpan.FromMilliseconds(500)));

        Assert.Null(await _world.StoredAsync(login));
    }

    [Fact]
    public async Task Refused_refresh_ends_the_session_and_is_not_tried_again()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Instead = new RefreshOutcome.Refused("invalid_grant");
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.IsType<FreshnessOutcome.Ended>(await _world.Near.NeedAsync(login));
        Assert.IsType<SessionLookup.None>(await _world.Near.Sessions.FindAsync(login.Cookie, RefreshWorld.Host, default));
        Assert.IsType<FreshnessOutcome.Ended>(await _world.Near.NeedAsync(login));

        Assert.Single(_world.Provider.Shown);
    }

    [Fact]
    public async Task Provider_that_is_down_ends_nothing_and_is_not_stormed()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Instead = new RefreshOutcome.Unavailable("down");
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        for (var request = 0; request < 100; request++)
        {
            Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await _world.Near.NeedAsync(login));
            Assert.Null(await _world.Near.UseAsync(login));
        }

        Assert.Single(_world.Provider.Shown);
        Assert.NotNull(await _world.StoredAsync(login));

        _world.Provider.Instead = null;
        _world.Clock.Advance(RefreshPauses.First);
        Assert.Equal("access-1", await _world.Near.TokenAsync(login));
    }

    [Fact]
    public async Task Refresh_token_that_was_rotated_by_an_answer_that_is_not_usable_is_the_next_one_shown()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Instead = new RefreshOutcome.Unavailable("the keys cannot be had") { RefreshToken = "rotated" };
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await _world.Near.NeedAsync(login));
        _world.Clock.Advance(RefreshPauses.First);
        await _world.Near.NeedAsync(login);

        Assert.Equal(["refresh", "rotated"], _world.Provider.Shown);
        Assert.Equal("access", (await _world.StoredAsync(login))!.Tokens.AccessToken);
    }

    [Fact]
    public async Task Rotated_refresh_token_is_stored_before_more_is_asked_of_the_provider_and_nothing_else_is()
    {
        var login = await _world.SignInAsync();
        var rest = new TaskCompletionSource<RefreshOutcome>();
        _world.Provider.Instead = new RefreshOutcome.Rotated("rotated", rest.Task);
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        var request = _world.Near.NeedAsync(login);

        await _world.UntilAsync(async () => (await _world.StoredAsync(login))!.Tokens.RefreshToken == "rotated", Moment);
        Assert.False(request.IsCompleted);
        Assert.Equal(login.Session.Tokens with { RefreshToken = "rotated" }, (await _world.StoredAsync(login))!.Tokens);

        rest.SetResult(new RefreshOutcome.Refreshed(new ProviderTokens(null, "access-new", "rotated", _world.Clock.GetUtcNow().AddMinutes(5)), null));
        Assert.Equal("access-new", Assert.IsType<FreshnessOutcome.Fresh>(await _world.OfAsync(request, Moment)).Session.Tokens.AccessToken);
        Assert.Equal("access-new", (await _world.StoredAsync(login))!.Tokens.AccessToken);
        Assert.Equal(["refresh"], _world.Provider.Shown);
    }

    [Fact]
    public async Task Provider_that_vouches_for_the_person_no_longer_when_asked_more_ends_the_session()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Instead = new RefreshOutcome.Rotated("rotated", Task.FromResult<RefreshOutcome>(new RefreshOutcome.Refused("the user info is about somebody else")));
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.IsType<FreshnessOutcome.Ended>(await _world.Near.NeedAsync(login));
        Assert.Null(await _world.StoredAsync(login));
    }

    [Fact]
    public async Task Request_does_not_wait_for_ever()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Before = new TaskCompletionSource().Task;
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await _world.OfAsync(_world.Near.NeedAsync(login), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Session_without_a_refresh_token_lives_until_its_own_limits()
    {
        var login = await _world.SignInAsync(refreshToken: null);
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Null(await _world.Near.UseAsync(login));
        Assert.NotNull(await _world.StoredAsync(login));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Session_without_a_refresh_token_ends_where_a_good_access_token_is_needed(bool required)
    {
        var login = await _world.SignInAsync(refreshToken: null);
        _world.Provider.Settings = _world.Provider.Settings! with { Required = required };
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.IsType<FreshnessOutcome.Ended>(required ? await _world.Near.UseAsync(login) : await _world.Near.NeedAsync(login));

        Assert.Null(await _world.StoredAsync(login));
    }

    [Fact]
    public async Task Required_token_that_has_ended_lets_nobody_in_while_the_provider_is_down()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Settings = _world.Provider.Settings! with { Required = true };
        _world.Provider.Instead = new RefreshOutcome.Unavailable("down");
        _world.Clock.Advance(TimeSpan.FromMinutes(4.5));
        Assert.Null(await _world.Near.UseAsync(login));

        _world.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await _world.Near.UseAsync(login));
        Assert.NotNull(await _world.StoredAsync(login));
    }

    [Fact]
    public async Task Tokens_that_only_some_rules_need_are_not_renewed_for_the_others()
    {
        var login = await _world.SignInAsync();
        _world.Provider.Settings = _world.Provider.Settings! with { Keep = RefreshOccasion.Needed };
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Null(await _world.Near.UseAsync(login));
        Assert.Empty(_world.Provider.Shown);

        Assert.Equal("access-1", await _world.Near.TokenAsync(login));
    }

    [Fact]
    public async Task New_claims_make_a_new_subject_and_the_login_stays_as_old_as_it_is()
    {
        var login = await _world.SignInAsync();
        var before = login.Session.Subject;
        _world.Provider.Claims = JsonDocument.Parse("""{"groups":[]}""").RootElement.Clone();
        _world.Clock.Advance(TimeSpan.FromMinutes(6));

        await _world.Near.NeedAsync(login);

        var after = (await _world.StoredAsync(login))!;
        Assert.Equal("""{"groups":[]}""", after.Subject.Claims.GetRawText());
        Assert.Equal((before.Id, before.Session), (after.Subject.Id, after.Subject.Session));
        Assert.Equal(login.Session.AuthenticatedAt, after.AuthenticatedAt);
    }

    [Fact]
    public async Task Refresh_counts_as_a_use_of_the_session()
    {
        var login = await _world.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(50));
        await _world.Near.NeedAsync(login);
        _world.Clock.Advance(TimeSpan.FromMinutes(50));

        Assert.NotNull(await _world.StoredAsync(login));
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_no_logout()
    {
        var login = await _world.SignInAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        _world.Store.Fails = true;

        Assert.IsType<FreshnessOutcome.StoreUnavailable>(await _world.Near.NeedAsync(login));

        _world.Store.Fails = false;
        _world.Clock.Advance(RefreshPauses.First);
        Assert.Equal("access-1", await _world.Near.TokenAsync(login));
    }

    [Fact]
    public async Task Process_that_ends_takes_no_new_tokens_with_it()
    {
        var login = await _world.SignInAsync();
        var provider = new TaskCompletionSource();
        _world.Provider.After = provider.Task;
        _world.Clock.Advance(TimeSpan.FromMinutes(4.5));
        await _world.Near.UseAsync(login);
        await _world.UntilAsync(() => _world.Provider.Asking == 1);

        var stopping = _world.Near.Refresher.StopAsync(default);
        Assert.False(stopping.IsCompleted);
        provider.SetResult();
        await stopping;

        Assert.Equal("refresh-1", (await _world.StoredAsync(login))!.Tokens.RefreshToken);
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.IsType<FreshnessOutcome.ProviderUnavailable>(await _world.Near.NeedAsync(login));
    }
}
