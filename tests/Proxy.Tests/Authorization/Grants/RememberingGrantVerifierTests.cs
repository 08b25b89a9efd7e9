using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class RememberingGrantVerifierTests
{
    private readonly FakeClock clock = new();
    private readonly ScriptedVerifier tokenizer = new();
    private readonly RememberingGrantVerifier verifier;
    private readonly SessionIdentity session;

    public RememberingGrantVerifierTests()
    {
        verifier = new RememberingGrantVerifier(tokenizer, new GrantCache(clock, 100), clock);
        session = new SessionIdentity("alice-1", clock.GetUtcNow().AddHours(1));
        tokenizer.ExpiresAt = clock.GetUtcNow().AddMinutes(15);
    }

    [Fact]
    public async Task Second_question_within_a_second_is_answered_from_memory()
    {
        tokenizer.Granted.Add("a");

        await AskAsync("a");
        var again = await AskAsync("a");

        Assert.True(Assert.Single(Answers(again)).Valid);
        Assert.Single(tokenizer.Asked);
    }

    [Fact]
    public async Task No_is_never_remembered()
    {
        await AskAsync("a");
        tokenizer.Granted.Add("a");

        Assert.True(Assert.Single(Answers(await AskAsync("a"))).Valid);
    }

    [Fact]
    public async Task Withdrawn_grant_stops_working_after_a_second()
    {
        tokenizer.Granted.Add("a");
        await AskAsync("a");
        tokenizer.Granted.Remove("a");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(Assert.Single(Answers(await AskAsync("a"))).Valid);
    }

    [Fact]
    public async Task Only_the_open_ones_are_asked_and_every_answer_stands_in_its_place()
    {
        tokenizer.Granted.UnionWith(["a", "c"]);
        await AskAsync("a");

        var answers = Answers(await AskAsync("b", "a", "c", "d"));

        Assert.Equal([false, true, true, false], answers.Select(answer => answer.Valid));
        Assert.Equal(["b", "c", "d"], tokenizer.Asked[^1]);
    }

    [Fact]
    public async Task Yes_without_an_end_is_asked_again()
    {
        tokenizer.Granted.Add("a");
        tokenizer.ExpiresAt = null;

        await AskAsync("a");
        await AskAsync("a");

        Assert.Equal(2, tokenizer.Asked.Count);
    }

    [Fact]
    public async Task Other_session_does_not_profit_from_what_is_remembered()
    {
        tokenizer.Granted.Add("a");
        await AskAsync("a");
        tokenizer.Granted.Clear();

        var bob = new SessionIdentity("bob-1", session.ExpiresAt);
        var verdict = await verifier.VerifyAsync(new GrantQuestion(Subject.WithoutClaims("i", "bob"), bob, ["a"]), CancellationToken.None);

        Assert.False(Assert.Single(Answers(verdict)).Valid);
    }

    [Fact]
    public async Task Answer_that_covers_less_than_was_asked_is_no_answer()
    {
        tokenizer.Override = new GrantVerdict.Answered([new GrantAnswer(true, null)]);

        Assert.IsType<GrantVerdict.Unavailable>(await AskAsync("a", "b"));
    }

    [Fact]
    public async Task Failure_is_passed_on_even_when_part_is_remembered()
    {
        tokenizer.Granted.Add("a");
        await AskAsync("a");
        tokenizer.Override = new GrantVerdict.Unavailable("down");

        Assert.IsType<GrantVerdict.Unavailable>(await AskAsync("a", "b"));
    }

    private ValueTask<GrantVerdict> AskAsync(params string[] tokens) =>
        verifier.VerifyAsync(new GrantQuestion(Subject.WithoutClaims("i", "alice"), session, tokens), CancellationToken.None);

    private static IReadOnlyList<GrantAnswer> Answers(GrantVerdict verdict) => Assert.IsType<GrantVerdict.Answered>(verdict).Answers;
}
