using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class GrantListContract : TokenStoreContract
{
    [Fact]
    public async Task Grants_are_listed_page_by_page_each_once_and_only_those_that_hold()
    {
        var session = NewSession();
        var tokens = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            tokens.Add(Convert.ToHexString((await AddAsync(session)).Lookup.Hash));
        }

        await AddAsync(session, grantEnd: Now + 1);
        await AddAsync(session, NewToken(application: "shop"));
        await AddAsync(NewSession());

        var (listed, after) = (new List<ListedGrant>(), GrantPlace.Start);
        while (await Store.ListGrantsAsync(new GrantSelection("bank", session.Session, null), after, 2, Now + 1, default) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 2);
            listed.AddRange(page);
            after = new GrantPlace(page[^1].Session, page[^1].TokenRowId);
        }

        Assert.Equal(5, listed.Count);
        Assert.True(tokens.SetEquals(listed.Select(grant => Convert.ToHexString(grant.Token))));
        Assert.All(listed, grant => Assert.Equal((Later, Now), (grant.ExpiresAt, grant.CreatedAt)));
    }

    [Fact]
    public async Task Grants_are_listed_by_token_too()
    {
        var (first, second) = (NewSession(), NewSession());
        var token = await AddAsync(first);
        await GrantAsync(second, token, uses: 3);

        var listed = await Store.ListGrantsAsync(new GrantSelection("bank", null, token.RowId), GrantPlace.Start, 10, Now, default);

        Assert.Equal([null, 3], listed.Select(grant => grant.UsesLeft).Order());
        Assert.Single(await Store.ListGrantsAsync(new GrantSelection("bank", second.Session, token.RowId), GrantPlace.Start, 10, Now, default));
        Assert.Empty(await Store.ListGrantsAsync(new GrantSelection("shop", null, token.RowId), GrantPlace.Start, 10, Now, default));
    }

    [Fact]
    public async Task Revoking_takes_what_is_selected_and_nothing_else()
    {
        var (alice, bob) = (NewSession(), NewSession());
        var (one, two) = (await AddAsync(alice), await AddAsync(alice));
        await GrantAsync(bob, one);

        Assert.Equal(1, await Store.RevokeGrantsAsync(new GrantSelection("bank", alice.Session, one.RowId), default));
        Assert.Null(await GrantEndAsync(alice, one));
        Assert.NotNull(await GrantEndAsync(alice, two));

        Assert.Equal(1, await Store.RevokeGrantsAsync(new GrantSelection("bank", null, one.RowId), default));
        Assert.Null(await GrantEndAsync(bob, one));

        Assert.Equal(0, await Store.RevokeGrantsAsync(new GrantSelection("shop", alice.Session, null), default));
        Assert.Equal(1, await Store.RevokeGrantsAsync(new GrantSelection("bank", alice.Session, null), default));
        Assert.Null(await GrantEndAsync(alice, two));
    }

    [Fact]
    public async Task A_ticket_falls_with_the_grant_that_is_revoked()
    {
        var session = NewSession();
        var token = await AddAsync(session);
        var ticket = NewTicket(session.Session, token.RowId, TicketUse.Download);
        await Store.IssueDownloadAsync(ticket, Now, default);

        await Store.RevokeGrantsAsync(new GrantSelection("bank", session.Session, null), default);

        Assert.IsType<TicketOutcome.GrantMissing>(await Store.RedeemAsync(ticket.Ticket, session.Session, TicketUse.Download, Now, default));
    }

    [Theory]
    [InlineData(1), InlineData(3), InlineData(6), InlineData(100)]
    public async Task All_grants_of_an_application_are_revoked_page_by_page_and_no_others(int limit)
    {
        var (session, other) = (NewSession(), NewSession());
        for (var i = 0; i < 4; i++)
        {
            await AddAsync(session);
        }

        var (one, shops) = (await AddAsync(other), await AddAsync(other, NewToken(application: "shop")));

        var (revoked, place) = (0, (GrantPlace?)GrantPlace.Start);
        while (place is not null)
        {
            var page = await Store.RevokePageAsync("bank", place, limit, default);
            (revoked, place) = (revoked + page.Revoked, page.Next);
        }

        Assert.Equal(5, revoked);
        Assert.Null(await GrantEndAsync(other, one));
        Assert.NotNull(await GrantEndAsync(other, shops));
    }

    private async Task GrantAsync(SessionRecord session, TokenRecord token, int? uses = null) => Assert.IsType<GrantSetOutcome.Granted>(await Store.SetGrantAsync(
        new GrantRecord(session.Session, token.RowId, Later) { UsesLeft = uses }, session, Anybody, Now, default));
}
