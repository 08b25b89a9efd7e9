using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class GrantContract : TokenStoreContract
{
    [Fact]
    public async Task A_grant_holds_until_its_end_and_not_a_moment_longer()
    {
        var session = NewSession();
        var token = await AddAsync(session);

        Assert.Equal(Later, await GrantEndAsync(session, token, Later - 1));
        Assert.Null(await GrantEndAsync(session, token, Later));
    }

    [Fact]
    public async Task Setting_a_grant_again_replaces_its_end_also_by_an_earlier_one()
    {
        var (session, token) = await SessionWithTokenAsync();

        Assert.Equal(Now + 5, Granted(await SetAsync(session, token, Now + 5)));
        Assert.Equal(Now + 5, await GrantEndAsync(session, token));
    }

    [Fact]
    public async Task A_grant_never_outlives_its_session()
    {
        var (session, token) = await SessionWithTokenAsync(end: Later);

        Assert.Equal(Later, Granted(await SetAsync(session, token, Later + 1)));
    }

    [Fact]
    public async Task A_grant_never_outlives_what_its_proof_states()
    {
        var (session, token) = await SessionWithTokenAsync();

        Assert.Equal(Later, Granted(await SetAsync(session, token, Later + 9, stated: session with { ExpiresAt = Later })));
    }

    [Fact]
    public async Task A_session_that_nobody_stated_gets_no_grant()
    {
        var (_, token) = await SessionWithTokenAsync();

        Assert.Equal(new GrantSetOutcome.NoSession(SessionStanding.Unknown), await SetAsync(NewSession(), token, Later));
    }

    [Fact]
    public async Task A_session_whose_time_is_over_gets_no_grant()
    {
        var (session, token) = await SessionWithTokenAsync(end: Later);

        var outcome = await Store.SetGrantAsync(new GrantRecord(session.Session, token.RowId, Later + 10), null, Anybody, Later, default);

        Assert.Equal(new GrantSetOutcome.NoSession(SessionStanding.Unknown), outcome);
    }

    [Fact]
    public async Task A_proof_of_life_makes_a_session_known()
    {
        var (_, token) = await SessionWithTokenAsync();
        var session = NewSession();

        Assert.Equal(Later, Granted(await SetAsync(session, token, Later, stated: session)));
    }

    [Fact]
    public async Task A_proof_of_life_does_not_revive_an_ended_session()
    {
        var (session, token) = await SessionWithTokenAsync();
        await Store.EndSessionAsync(session.Session, Later, default);

        Assert.Equal(new GrantSetOutcome.NoSession(SessionStanding.Ended), await SetAsync(session, token, Later, stated: session));
        Assert.Null(await GrantEndAsync(session, token));
    }

    [Fact]
    public async Task Only_the_owner_is_granted_where_the_policy_says_owner()
    {
        var (session, token) = await SessionWithTokenAsync();
        var other = NewSession();

        Assert.Equal(Later, Granted(await SetAsync(session, token, Later, owner: token.Owner.Hash)));
        Assert.IsType<GrantSetOutcome.NotOwner>(await SetAsync(other, token, Later, stated: other, owner: token.Owner.Hash));
    }

    [Fact]
    public async Task A_session_id_claimed_for_another_subject_is_refused()
    {
        var (session, token) = await SessionWithTokenAsync();

        var outcome = await SetAsync(session, token, Later, stated: session with { Subject = Random() });

        Assert.Equal(new GrantSetOutcome.NoSession(SessionStanding.AnotherSubjects), outcome);
    }

    [Fact]
    public async Task A_batch_is_answered_for_each_token_that_exists()
    {
        var (session, token) = await SessionWithTokenAsync();
        var foreign = await AddAsync(NewSession(), NewToken(application: "shop"));

        var views = await Store.FindGrantsAsync(session.Session, [token.Lookup.Hash, foreign.Lookup.Hash, Random()], Now, default);

        Assert.Equal(2, views.Count);
        Assert.Equal(("bank", (long?)Later), views.Where(view => view.Lookup.SequenceEqual(token.Lookup.Hash)).Select(view => (view.Application, view.ExpiresAt)).Single());
        Assert.Equal(("shop", null), views.Where(view => view.Lookup.SequenceEqual(foreign.Lookup.Hash)).Select(view => (view.Application, view.ExpiresAt)).Single());
    }

    [Fact]
    public async Task The_end_of_a_session_wins_against_every_grant_that_is_set_at_the_same_time()
    {
        for (var round = 0; round < 20; round++)
        {
            var (session, token) = await SessionWithTokenAsync();
            var setting = Enumerable.Range(0, 8).Select(_ => Task.Run(() => SetAsync(session, token, Later, stated: session))).ToList();
            var ending = Task.Run(() => Store.EndSessionAsync(session.Session, Later, default));
            await Task.WhenAll([.. setting, ending]);

            Assert.Null(await GrantEndAsync(session, token));
            Assert.IsType<GrantSetOutcome.NoSession>(await SetAsync(session, token, Later, stated: session));
        }
    }

    private protected Task<GrantSetOutcome> SetAsync(SessionRecord session, TokenRecord token, long end, SessionRecord? stated = null, byte[]? owner = null) =>
        Store.SetGrantAsync(new GrantRecord(session.Session, token.RowId, end), stated, new GrantTerms(owner, 1000), Now, default);

    private protected async Task<(SessionRecord Session, TokenRecord Token)> SessionWithTokenAsync(long end = Now + 3_600_000)
    {
        var session = NewSession(end: end);
        return (session, await AddAsync(session));
    }

    private static long Granted(GrantSetOutcome outcome) => Assert.IsType<GrantSetOutcome.Granted>(outcome).ExpiresAt;
}
