using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class GrantLimitContract : TokenStoreContract
{
    [Fact]
    public async Task Of_many_who_use_a_grant_for_one_time_at_once_one_gets_through()
    {
        for (var round = 0; round < 10; round++)
        {
            var (session, token) = await GrantedAsync(uses: 1);

            var uses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => UseAsync(session, token))));

            Assert.Single(uses, use => use == GrantUse.Used);
            Assert.Equal(11, uses.Count(use => use == GrantUse.GrantMissing));
        }
    }

    [Fact]
    public async Task Of_many_tickets_asked_for_at_once_a_grant_for_one_time_gives_one_and_that_one_is_good()
    {
        for (var round = 0; round < 5; round++)
        {
            var (session, token) = await GrantedAsync(uses: 1);
            var tickets = Enumerable.Range(0, 8).Select(_ => NewTicket(session.Session, token.RowId, TicketUse.Download)).ToArray();

            var issued = await Task.WhenAll(tickets.Select(ticket => Task.Run(() => Store.IssueDownloadAsync(ticket, Now, default))));

            Assert.Single(issued, issue => issue == TicketIssue.Issued);
            var good = tickets[Array.IndexOf(issued, TicketIssue.Issued)];
            Assert.IsType<TicketOutcome.Redeemed>(await Store.RedeemAsync(good.Ticket, session.Session, TicketUse.Download, Now, default));
        }
    }

    [Fact]
    public async Task A_grant_that_was_used_up_does_not_hold_any_more()
    {
        var (session, token) = await GrantedAsync(uses: 2);

        Assert.Equal(2, await UsesLeftAsync(session, token));
        Assert.Equal(GrantUse.Used, await UseAsync(session, token));
        Assert.Equal(1, await UsesLeftAsync(session, token));
        Assert.Equal(GrantUse.Used, await UseAsync(session, token));
        Assert.Null(await GrantEndAsync(session, token));
        Assert.Equal(TicketIssue.GrantMissing, await Store.IssueDownloadAsync(NewTicket(session.Session, token.RowId, TicketUse.Download), Now, default));
    }

    [Fact]
    public async Task A_grant_whose_uses_are_not_counted_is_used_again_and_again()
    {
        var (session, token) = await GrantedAsync(uses: null);

        Assert.Equal(GrantUse.Used, await UseAsync(session, token));
        Assert.Equal(GrantUse.Used, await UseAsync(session, token));
        Assert.Null(await UsesLeftAsync(session, token));
        Assert.Equal(Later, await GrantEndAsync(session, token));
    }

    [Fact]
    public async Task Nobody_uses_a_grant_past_its_end_in_another_session_or_after_the_sessions_end()
    {
        var (session, token) = await GrantedAsync(uses: 5);

        Assert.Equal(GrantUse.GrantMissing, await Store.UseGrantAsync(session.Session, token.RowId, Later, default));
        Assert.Equal(GrantUse.GrantMissing, await Store.UseGrantAsync(Random(), token.RowId, Now, default));
        await Store.EndSessionAsync(session.Session, Later, default);
        Assert.Equal(GrantUse.SessionEnded, await UseAsync(session, token));
    }

    [Fact]
    public async Task A_guests_counted_grant_stays_counted_when_it_passes_over()
    {
        var (guest, token) = await GrantedAsync(uses: 1);
        var user = NewSession();

        await Store.AdoptSessionAsync(new Adoption(guest, user, new(1, user.Subject), ["bank"], Later), Now, default);

        Assert.Equal(1, await UsesLeftAsync(user, token));
        Assert.Equal(GrantUse.Used, await UseAsync(user, token));
        Assert.Equal(GrantUse.GrantMissing, await UseAsync(user, token));
    }

    [Fact]
    public async Task A_session_is_granted_no_more_tokens_in_an_hour_than_its_limit_however_many_ask_at_once()
    {
        var session = NewSession();
        await Store.NoteSessionAsync(session, Now, default);
        var tokens = new List<TokenRecord>();
        for (var i = 0; i < 12; i++)
        {
            tokens.Add(await AddAsync(NewSession()));
        }

        var outcomes = await Task.WhenAll(tokens.Select(token => Task.Run(() => SetAsync(session, token, perHour: 5))));

        Assert.Equal(5, outcomes.OfType<GrantSetOutcome.Granted>().Count());
        Assert.Equal(7, outcomes.OfType<GrantSetOutcome.LimitReached>().Count());
        var refused = tokens[Array.FindIndex(outcomes, outcome => outcome is GrantSetOutcome.LimitReached)];
        Assert.Null(await GrantEndAsync(session, refused));
    }

    [Fact]
    public async Task Renewing_a_grant_is_not_counted_and_the_next_hour_begins_anew()
    {
        var session = NewSession(end: Now + 9_000_000);
        await Store.NoteSessionAsync(session, Now, default);
        var (first, second) = (await AddAsync(NewSession()), await AddAsync(NewSession()));

        Assert.IsType<GrantSetOutcome.Granted>(await SetAsync(session, first, perHour: 1));
        Assert.IsType<GrantSetOutcome.Granted>(await SetAsync(session, first, perHour: 1));
        Assert.IsType<GrantSetOutcome.LimitReached>(await SetAsync(session, second, perHour: 1));
        Assert.IsType<GrantSetOutcome.Granted>(await SetAsync(session, second, perHour: 1, now: Now + 3_600_000));
    }

    [Fact]
    public async Task What_is_refused_for_another_reason_is_not_counted()
    {
        var session = NewSession();
        await Store.NoteSessionAsync(session, Now, default);
        var token = await AddAsync(NewSession());

        Assert.IsType<GrantSetOutcome.NotOwner>(await Store.SetGrantAsync(
            new GrantRecord(session.Session, token.RowId, Later), null, new GrantTerms(token.Owner.Hash, 1), Now, default));

        Assert.IsType<GrantSetOutcome.Granted>(await SetAsync(session, token, perHour: 1));
    }

    [Fact]
    public async Task A_used_up_grant_that_is_set_again_counts_again()
    {
        var (session, token) = await GrantedAsync(uses: 1, perHour: 1);
        await UseAsync(session, token);

        Assert.IsType<GrantSetOutcome.LimitReached>(await SetAsync(session, token, perHour: 1));
    }

    private Task<GrantUse> UseAsync(SessionRecord session, TokenRecord token) => Store.UseGrantAsync(session.Session, token.RowId, Now, default);

    private Task<GrantSetOutcome> SetAsync(SessionRecord session, TokenRecord token, int perHour, int? uses = null, long now = Now) => Store.SetGrantAsync(
        new GrantRecord(session.Session, token.RowId, now + 60_000) { UsesLeft = uses }, null, new GrantTerms(null, perHour), now, default);

    private async Task<int?> UsesLeftAsync(SessionRecord session, TokenRecord token) =>
        (await Store.FindGrantsAsync(session.Session, [token.Lookup.Hash], Now, default)).Single().UsesLeft;

    private async Task<(SessionRecord Session, TokenRecord Token)> GrantedAsync(int? uses, int perHour = 1000)
    {
        var (session, token) = (NewSession(), await AddAsync(NewSession()));
        await Store.NoteSessionAsync(session, Now, default);
        Assert.IsType<GrantSetOutcome.Granted>(await SetAsync(session, token, perHour, uses));
        return (session, token);
    }
}
