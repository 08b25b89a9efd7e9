using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class LoginContract : TokenStoreContract
{
    [Fact]
    public async Task Login_is_found_as_it_was_kept_until_its_time_is_over()
    {
        var login = NewLogin();

        Assert.IsType<LoginOutcome.Begun>(await Store.AddLoginAsync(login, null, [NewMark()], Now, default));

        var found = (await Store.FindLoginAsync(login.Login, Later - 1, default))!;
        Assert.Equal(login.Session, found.Session);
        Assert.Equal(login.Subject.Hash, found.Subject.Hash);
        Assert.Equal((login.Subject.Version, login.Application, login.ExpiresAt), (found.Subject.Version, found.Application, found.ExpiresAt));
        Assert.Null(await Store.FindLoginAsync(login.Login, Later, default));
        Assert.Null(await Store.FindLoginAsync(Random(), Now, default));
        Assert.Equal(SessionStanding.Alive, await Store.NoteSessionAsync(new SessionRecord(login.Session, login.Subject.Hash, Later), Now, default));
    }

    [Fact]
    public async Task Spent_mark_is_good_for_no_other_login_and_nothing_of_that_is_kept()
    {
        var (spent, other) = (NewMark(), NewMark());
        await Store.AddLoginAsync(NewLogin(), null, [spent], Now, default);
        var late = NewLogin();

        Assert.IsType<LoginOutcome.AlreadySpent>(await Store.AddLoginAsync(late, null, [other, spent], Now, default));

        Assert.Null(await Store.FindLoginAsync(late.Login, Now, default));
        Assert.IsType<LoginOutcome.Begun>(await Store.AddLoginAsync(late, null, [other], Now, default));
    }

    [Fact]
    public async Task Of_many_logins_at_once_with_one_mark_one_succeeds()
    {
        var mark = NewMark();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.AddLoginAsync(NewLogin(), null, [NewMark(), mark], Now, default)));

        Assert.Single(outcomes.OfType<LoginOutcome.Begun>());
        Assert.Equal(19, outcomes.OfType<LoginOutcome.AlreadySpent>().Count());
    }

    [Fact]
    public async Task Same_session_shown_again_keeps_its_login_until_the_new_end()
    {
        var login = NewLogin();
        await Store.AddLoginAsync(login, null, [NewMark()], Now, default);
        var again = login with { Login = Random(), ExpiresAt = Later + 5 };

        Assert.IsType<LoginOutcome.Renewed>(await Store.AddLoginAsync(again, login.Login, [NewMark()], Now, default));

        Assert.Equal(Later + 5, (await Store.FindLoginAsync(login.Login, Now, default))!.ExpiresAt);
        Assert.Null(await Store.FindLoginAsync(again.Login, Now, default));
    }

    [Fact]
    public async Task Another_session_takes_the_place_of_the_login_that_the_browser_showed()
    {
        var (first, second) = (NewLogin(), NewLogin());
        await Store.AddLoginAsync(first, null, [NewMark()], Now, default);

        Assert.IsType<LoginOutcome.Begun>(await Store.AddLoginAsync(second, first.Login, [NewMark()], Now, default));

        Assert.Null(await Store.FindLoginAsync(first.Login, Now, default));
        Assert.NotNull(await Store.FindLoginAsync(second.Login, Now, default));
    }

    [Fact]
    public async Task Login_of_another_application_stays()
    {
        var (desk, shop) = (NewLogin(), NewLogin() with { Application = "shop" });
        await Store.AddLoginAsync(shop, null, [NewMark()], Now, default);

        await Store.AddLoginAsync(desk, shop.Login, [NewMark()], Now, default);

        Assert.NotNull(await Store.FindLoginAsync(shop.Login, Now, default));
    }

    [Fact]
    public async Task Login_whose_time_is_over_is_not_shown_again()
    {
        var login = NewLogin();
        await Store.AddLoginAsync(login, null, [NewMark()], Now, default);

        Assert.IsType<LoginOutcome.Begun>(await Store.AddLoginAsync(login with { Login = Random(), ExpiresAt = Later + 9 }, login.Login, [NewMark()], Later, default));
        Assert.Null(await Store.FindLoginAsync(login.Login, Later, default));
    }

    [Fact]
    public async Task End_of_a_session_ends_its_logins_and_no_login_revives_it()
    {
        var login = NewLogin();
        await Store.AddLoginAsync(login, null, [NewMark()], Now, default);
        await Store.EndSessionAsync(login.Session, Later, default);
        var mark = NewMark();

        Assert.Null(await Store.FindLoginAsync(login.Login, Now, default));
        var refused = Assert.IsType<LoginOutcome.NoSession>(await Store.AddLoginAsync(login with { Login = Random() }, null, [mark], Now, default));
        Assert.Equal(SessionStanding.Ended, refused.Standing);
        Assert.IsType<LoginOutcome.Begun>(await Store.AddLoginAsync(NewLogin(), null, [mark], Now, default));
    }

    [Fact]
    public async Task Session_of_one_subject_is_not_anothers_by_a_login()
    {
        var login = NewLogin();
        await Store.AddLoginAsync(login, null, [NewMark()], Now, default);

        var refused = await Store.AddLoginAsync(login with { Login = Random(), Subject = new KeyedHash(1, Random()) }, login.Login, [NewMark()], Now, default);

        Assert.Equal(SessionStanding.AnotherSubjects, Assert.IsType<LoginOutcome.NoSession>(refused).Standing);
        Assert.NotNull(await Store.FindLoginAsync(login.Login, Now, default));
    }

    [Fact]
    public async Task Logins_and_marks_go_when_their_time_is_over_and_not_before()
    {
        var (early, late) = (NewLogin(), NewLogin() with { ExpiresAt = Later + 1 });
        var (gone, kept) = (NewMark(), new SpentMark(Random(), Later + 1));
        await Store.AddLoginAsync(early, null, [gone], Now, default);
        await Store.AddLoginAsync(late, null, [kept], Now, default);

        // The early login, its session and its mark.
        Assert.Equal(3, await SweepAsync(Later));
        Assert.NotNull(await Store.FindLoginAsync(late.Login, Later, default));
        Assert.IsType<LoginOutcome.AlreadySpent>(await Store.AddLoginAsync(NewLogin() with { ExpiresAt = Later + 1 }, null, [kept], Later, default));
        Assert.IsType<LoginOutcome.Begun>(await Store.AddLoginAsync(NewLogin() with { ExpiresAt = Later + 1 }, null, [gone], Later, default));
    }

    private static LoginRecord NewLogin() => new(Random(), Random(), new KeyedHash(1, Random()), "desk", Later);

    private static SpentMark NewMark() => new(Random(), Later);
}
