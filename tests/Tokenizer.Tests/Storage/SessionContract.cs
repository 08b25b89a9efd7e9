using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class SessionContract : TokenStoreContract
{
    [Fact]
    public async Task The_end_of_a_session_takes_its_grants_and_tickets_with_it()
    {
        var session = NewSession();
        var token = await AddAsync(session);
        var ticket = NewTicket(session.Session, token.RowId, TicketUse.Download);
        Assert.Equal(TicketIssue.Issued, await Store.IssueDownloadAsync(ticket, Now, default));

        await Store.EndSessionAsync(session.Session, Later, default);

        Assert.True(await Store.IsEndedAsync(session.Session, Now, default));
        Assert.Null(await GrantEndAsync(session, token));
        Assert.IsType<TicketOutcome.SessionEnded>(await Store.RedeemAsync(ticket.Ticket, session.Session, TicketUse.Download, Now, default));
        Assert.Equal(TicketIssue.SessionEnded, await Store.IssueDownloadAsync(NewTicket(session.Session, token.RowId, TicketUse.Download), Now, default));
    }

    [Fact]
    public async Task An_ended_session_is_not_revived_by_being_stated_again()
    {
        var session = NewSession();
        await Store.EndSessionAsync(session.Session, Later, default);

        Assert.Equal(SessionStanding.Ended, await Store.NoteSessionAsync(session, Now, default));
        Assert.True(await Store.IsEndedAsync(session.Session, Now, default));
    }

    [Fact]
    public async Task A_tombstone_outlasts_the_session_that_it_is_for()
    {
        var session = NewSession(end: Now + 3_600_000);
        await Store.NoteSessionAsync(session, Now, default);

        await Store.EndSessionAsync(session.Session, until: Now + 1, default);

        Assert.True(await Store.IsEndedAsync(session.Session, Now + 3_599_999, default));
    }

    [Fact]
    public async Task Ending_a_session_again_does_not_shorten_its_tombstone()
    {
        var session = NewSession();
        await Store.EndSessionAsync(session.Session, Later, default);
        await Store.EndSessionAsync(session.Session, Now + 1, default);

        Assert.True(await Store.IsEndedAsync(session.Session, Later - 1, default));
        Assert.False(await Store.IsEndedAsync(session.Session, Later, default));
    }

    [Fact]
    public async Task A_session_belongs_to_one_subject()
    {
        var session = NewSession();

        Assert.Equal(SessionStanding.Alive, await Store.NoteSessionAsync(session, Now, default));
        Assert.Equal(SessionStanding.Alive, await Store.NoteSessionAsync(session, Now, default));
        Assert.Equal(SessionStanding.AnotherSubjects, await Store.NoteSessionAsync(session with { Subject = Random() }, Now, default));
    }

    [Fact]
    public async Task A_session_whose_time_is_over_is_not_alive() =>
        Assert.Equal(SessionStanding.Unknown, await Store.NoteSessionAsync(NewSession(end: Now), Now, default));

    [Fact]
    public async Task Nothing_expired_is_left_after_a_sweep_and_nothing_else_goes()
    {
        var (early, late) = (NewSession(end: Later), NewSession());
        var token = await AddAsync(early);
        var kept = await AddAsync(late, grantEnd: Now + 3_000_000);
        await Store.EndSessionAsync(Random(), Later, default);

        // A session, two tickets, a grant and a tombstone.
        Assert.Equal(5, await SweepAsync(Later));
        Assert.Equal(0, await SweepAsync(Later));
        Assert.NotNull(await Store.FindTokenAsync([token.Lookup.Hash], Now, default));
        Assert.NotNull(await GrantEndAsync(late, kept, Later));
    }

    [Fact]
    public async Task A_sweep_takes_small_bites()
    {
        var session = NewSession();
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(session);
        }

        Assert.Equal(4, await Store.SweepAsync(Later, 0, limit: 2, default));
    }
}
