using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class AdoptionContract : TokenStoreContract
{
    [Fact]
    public async Task What_a_guest_holds_and_owns_is_the_users_afterwards_and_the_guest_is_over()
    {
        var (guest, user) = (NewSession(), NewSession());
        var token = await AddAsync(guest);

        Assert.Equal(new AdoptionOutcome.Adopted(1, 1), await AdoptAsync(guest, user));

        Assert.Equal(Later, await GrantEndAsync(user, token));
        Assert.Null(await GrantEndAsync(guest, token));
        Assert.Equal(user.Subject, (await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.Owner.Hash);
        Assert.Equal(SessionStanding.Ended, await Store.NoteSessionAsync(guest, Now, default));
    }

    [Fact]
    public async Task It_happens_once_whoever_asks_again()
    {
        var (guest, user, other) = (NewSession(), NewSession(), NewSession());
        var token = await AddAsync(guest);
        await AdoptAsync(guest, user);

        Assert.IsType<AdoptionOutcome.NothingLeft>(await AdoptAsync(guest, user));
        Assert.IsType<AdoptionOutcome.NothingLeft>(await AdoptAsync(guest, other));

        Assert.Equal(Later, await GrantEndAsync(user, token));
        Assert.Null(await GrantEndAsync(other, token));
        Assert.Equal(user.Subject, (await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.Owner.Hash);
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_everything()
    {
        var guest = NewSession();
        var tokens = new[] { await AddAsync(guest), await AddAsync(guest), await AddAsync(guest) };
        var users = Enumerable.Range(0, 8).Select(_ => NewSession()).ToArray();

        var outcomes = await Task.WhenAll(users.Select(user => AdoptAsync(guest, user)));

        Assert.Equal(new AdoptionOutcome.Adopted(3, 3), Assert.Single(outcomes.OfType<AdoptionOutcome.Adopted>()));
        var winner = users[Array.FindIndex(outcomes, outcome => outcome is AdoptionOutcome.Adopted)];
        foreach (var token in tokens)
        {
            Assert.Equal(Later, await GrantEndAsync(winner, token));
        }
    }

    [Fact]
    public async Task Nothing_of_an_application_that_is_not_the_callers_passes_over()
    {
        var (guest, user) = (NewSession(), NewSession());
        var foreign = await AddAsync(guest, NewToken(guest.Subject, application: "shop"));

        Assert.Equal(new AdoptionOutcome.Adopted(0, 0), await AdoptAsync(guest, user));

        Assert.Null(await GrantEndAsync(user, foreign));
        Assert.Equal(guest.Subject, (await Store.FindTokenAsync([foreign.Lookup.Hash], Now, default))!.Owner.Hash);
    }

    [Fact]
    public async Task No_grant_gets_longer_or_outlives_its_new_session()
    {
        var (guest, brief) = (NewSession(), NewSession(end: Now + 10));
        var token = await AddAsync(guest);

        await AdoptAsync(guest, brief);

        Assert.Equal(Now + 10, await GrantEndAsync(brief, token));
    }

    [Fact]
    public async Task A_longer_grant_that_the_user_has_already_stays()
    {
        var user = NewSession();
        var guest = NewSession();
        var token = await AddAsync(guest);
        await Store.SetGrantAsync(new GrantRecord(user.Session, token.RowId, Later + 5), user, Anybody, Now, default);

        await AdoptAsync(guest, user);

        Assert.Equal(Later + 5, await GrantEndAsync(user, token));
    }

    [Fact]
    public async Task Tokens_of_others_and_upload_tickets_of_the_guest_do_not_pass_over()
    {
        var (guest, user, bob) = (NewSession(), NewSession(), NewSession());
        var (token, bobs) = (await AddAsync(guest), await AddAsync(bob));
        var ticket = NewTicket(guest.Session, token.RowId, TicketUse.Download);
        await Store.IssueDownloadAsync(ticket, Now, default);

        await AdoptAsync(guest, user);

        Assert.Null(await GrantEndAsync(user, bobs));
        Assert.Equal(bob.Subject, (await Store.FindTokenAsync([bobs.Lookup.Hash], Now, default))!.Owner.Hash);
        Assert.IsNotType<TicketOutcome.Redeemed>(await Store.RedeemAsync(ticket.Ticket, user.Session, TicketUse.Download, Now, default));
        Assert.IsNotType<TicketOutcome.Redeemed>(await Store.RedeemAsync(ticket.Ticket, guest.Session, TicketUse.Download, Now, default));
    }

    [Fact]
    public async Task Adoption_theft_a_made_up_session_with_the_guests_subject_gets_nothing()
    {
        var (guest, thief) = (NewSession(), NewSession());
        var token = await AddAsync(guest);

        Assert.Equal(new AdoptionOutcome.Adopted(0, 0), await AdoptAsync(NewSession(guest.Subject), thief));

        Assert.Null(await GrantEndAsync(thief, token));
        Assert.Equal(Later, await GrantEndAsync(guest, token));
        Assert.Equal(guest.Subject, (await Store.FindTokenAsync([token.Lookup.Hash], Now, default))!.Owner.Hash);
    }

    [Fact]
    public async Task Adoption_theft_a_session_of_another_subject_than_stated_gives_nothing_and_lives_on()
    {
        var (guest, thief) = (NewSession(), NewSession());
        var token = await AddAsync(guest);

        Assert.Equal(new AdoptionOutcome.Refused(SessionStanding.AnotherSubjects), await AdoptAsync(guest with { Subject = Random() }, thief));

        Assert.Equal(Later, await GrantEndAsync(guest, token));
    }

    [Fact]
    public async Task A_session_that_is_over_adopts_nothing_and_the_guest_lives_on()
    {
        var (guest, ended) = (NewSession(), NewSession());
        var token = await AddAsync(guest);
        await Store.EndSessionAsync(ended.Session, Later, default);

        Assert.Equal(new AdoptionOutcome.Refused(SessionStanding.Ended), await AdoptAsync(guest, ended));
        Assert.Equal(new AdoptionOutcome.Refused(SessionStanding.Unknown), await AdoptAsync(guest, NewSession(end: Now)));

        Assert.Equal(Later, await GrantEndAsync(guest, token));
    }

    private Task<AdoptionOutcome> AdoptAsync(SessionRecord guest, SessionRecord user) =>
        Store.AdoptSessionAsync(new Adoption(guest, user, new KeyedHash(1, user.Subject), ["bank"], Later), Now, default);
}
