using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class TicketContract : TokenStoreContract
{
    [Fact]
    public async Task A_ticket_comes_back_as_it_was_kept()
    {
        var (_, token, ticket) = await IssueAsync();

        var redeemed = Assert.IsType<TicketOutcome.Redeemed>(await RedeemAsync(ticket)).Ticket;

        Assert.Equal(token.RowId, redeemed.TokenRowId);
        Assert.Equal(ticket.Token.Box, redeemed.Token.Box);
        Assert.Equal(ticket.Token.Salt, redeemed.Token.Salt);
    }

    [Fact]
    public async Task A_ticket_is_good_once()
    {
        var (_, _, ticket) = await IssueAsync();
        await RedeemAsync(ticket);

        Assert.IsType<TicketOutcome.Invalid>(await RedeemAsync(ticket));
    }

    [Fact]
    public async Task Of_many_who_use_a_ticket_at_once_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var (_, _, ticket) = await IssueAsync();
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => RedeemAsync(ticket))));

            Assert.Single(outcomes.OfType<TicketOutcome.Redeemed>());
            Assert.Equal(15, outcomes.OfType<TicketOutcome.Invalid>().Count());
        }
    }

    [Fact]
    public async Task A_stolen_ticket_is_worth_nothing_in_another_session_and_is_not_spent_there()
    {
        var (_, _, ticket) = await IssueAsync();

        Assert.IsType<TicketOutcome.Invalid>(await Store.RedeemAsync(ticket.Ticket, Random(), TicketUse.Download, Now, default));
        Assert.IsType<TicketOutcome.Redeemed>(await RedeemAsync(ticket));
    }

    [Fact]
    public async Task Permission_to_read_is_not_permission_to_write()
    {
        var (_, _, ticket) = await IssueAsync();

        Assert.IsType<TicketOutcome.Invalid>(await Store.RedeemAsync(ticket.Ticket, ticket.Session, TicketUse.Upload, Now, default));
    }

    [Fact]
    public async Task An_expired_ticket_is_invalid()
    {
        var (_, _, ticket) = await IssueAsync();

        Assert.IsType<TicketOutcome.Invalid>(await Store.RedeemAsync(ticket.Ticket, ticket.Session, TicketUse.Download, Later, default));
    }

    [Fact]
    public async Task A_ticket_never_outlives_the_grant_that_it_was_made_for()
    {
        var session = NewSession();
        var token = await AddAsync(session, grantEnd: Now + 10);
        var ticket = NewTicket(session.Session, token.RowId, TicketUse.Download);
        await Store.IssueDownloadAsync(ticket, Now, default);

        Assert.IsType<TicketOutcome.Invalid>(await Store.RedeemAsync(ticket.Ticket, session.Session, TicketUse.Download, Now + 10, default));
    }

    [Fact]
    public async Task A_ticket_falls_with_its_grant()
    {
        var (session, token, ticket) = await IssueAsync();
        await Store.SetGrantAsync(new GrantRecord(session.Session, token.RowId, Now + 1), null, Anybody, Now, default);

        Assert.IsType<TicketOutcome.GrantMissing>(await Store.RedeemAsync(ticket.Ticket, session.Session, TicketUse.Download, Now + 1, default));
    }

    [Fact]
    public async Task Without_a_grant_there_is_no_ticket()
    {
        var (_, token, _) = await IssueAsync();

        Assert.Equal(TicketIssue.GrantMissing, await Store.IssueDownloadAsync(NewTicket(Random(), token.RowId, TicketUse.Download), Now, default));
    }

    [Fact]
    public async Task Tickets_issued_while_the_session_ends_are_worth_nothing_afterwards()
    {
        for (var round = 0; round < 10; round++)
        {
            var session = NewSession();
            var token = await AddAsync(session);
            var tickets = Enumerable.Range(0, 8).Select(_ => NewTicket(session.Session, token.RowId, TicketUse.Download)).ToArray();
            var issuing = tickets.Select(ticket => Task.Run(() => Store.IssueDownloadAsync(ticket, Now, default))).ToList<Task>();
            issuing.Add(Task.Run(() => Store.EndSessionAsync(session.Session, Later, default)));
            await Task.WhenAll(issuing);

            foreach (var ticket in tickets)
            {
                Assert.IsType<TicketOutcome.SessionEnded>(await RedeemAsync(ticket));
            }
        }
    }

    private protected Task<TicketOutcome> RedeemAsync(TicketRecord ticket) => Store.RedeemAsync(ticket.Ticket, ticket.Session, TicketUse.Download, Now, default);

    private protected async Task<(SessionRecord Session, TokenRecord Token, TicketRecord Ticket)> IssueAsync()
    {
        var session = NewSession();
        var token = await AddAsync(session);
        var ticket = NewTicket(session.Session, token.RowId, TicketUse.Download);
        Assert.Equal(TicketIssue.Issued, await Store.IssueDownloadAsync(ticket, Now, default));
        return (session, token, ticket);
    }
}
