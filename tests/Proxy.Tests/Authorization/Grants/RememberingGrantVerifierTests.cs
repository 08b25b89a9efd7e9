using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.TestKit;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

public class RememberingGrantVerifierTests
{
    private readonly FakeClock _clock = new();
    private readonly ScriptedVerifier _tokenizer = new();
    private readonly RememberingGrantVerifier _verifier;
    private readonly SessionIdentity _session;

    public RememberingGrantVerifierTests()
    {
        _verifier = new RememberingGrantVerifier(_tokenizer, new GrantCache(_clock, 100), _clock);
        _session = new SessionIdentity("alice-1", _clock.GetUtcNow().AddHours(1));
        _tokenizer.ExpiresAt = _clock.GetUtcNow().AddMinutes(15);
    }

    [Fact]
    public async Task Second_question_within_a_second_is_answered_from_memory()
    {
        _tokenizer.Granted.Add("a");

        await AskAsync("a");
        var again = await AskAsync("a");

        Assert.True(Assert.Single(Answers(again)).Valid);
        Assert.Single(_tokenizer.Asked);
    }

    [Fact]
    public async Task No_is_never_remembered()
    {
        await AskAsync("a");
        _tokenizer.Granted.Add("a");

        Assert.True(Assert.Single(Answers(await AskAsync("a"))).Valid);
    }

    [Fact]
    public async Task Withdrawn_grant_stops_working_after_a_second()
    {
        _tokenizer.Granted.Add("a");
        await AskAsync("a");
        _tokenizer.Granted.Remove("a");
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(Assert.Single(Answers(await AskAsync("a"))).Valid);
    }

    [Fact]
    public async Task Only_the_open_ones_are_asked_and_every_answer_stands_in_its_place()
    {
        _tokenizer.Granted.UnionWith(["a", "c"]);
        await AskAsync("a");

        var answers = Answers(await AskAsync("b", "a", "c", "d"));

        Assert.Equal([false, true, true, false], answers.Select(answer => answer.Valid));
        Assert.Equal(["b", "c", "d"], _tokenizer.Asked[^1]);
    }

    [Fact]
    public async Task Yes_without_an_end_is_asked_again()
    {
        _tokenizer.Granted.Add("a");
        _tokenizer.ExpiresAt = null;

        await AskAsync("a");
        await AskAsync("a");

        Assert.Equal(2, _tokenizer.Asked.Count);
    }

    [Fact]
    public async Task Other_session_does_not_profit_from_what_is_remembered()
    {
        _tokenizer.Granted.Add("a");
        await AskAsync("a");
        _tokenizer.Granted.Clear();

        var bob = new SessionIdentity("bob-1", _session.ExpiresAt);
        var verdict = await _verifier.VerifyAsync(new GrantQuestion(Subject.WithoutClaims("i", "bob"), bob, ["a"]), CancellationToken.None);

        Assert.False(Assert.Single(Answers(verdict)).Valid);
    }

    [Fact]
    public async Task Answer_that_covers_less_than_was_asked_is_no_answer()
    {
        _tokenizer.Override = new GrantVerdict.Answered([new GrantAnswer(true, null)]);

        Assert.IsType<GrantVerdict.Unavailable>(await AskAsync("a", "b"));
    }

    [Fact]
    public async Task Failure_is_passed_on_even_when_part_is_remembered()
    {
        _tokenizer.Granted.Add("a");
        await AskAsync("a");
        _tokenizer.Override = new GrantVerdict.Unavailable("down");

        Assert.IsType<GrantVerdict.Unavailable>(await AskAsync("a", "b"));
    }

    private ValueTask<GrantVerdict> AskAsync(params string[] tokens) =>
        _verifier.VerifyAsync(new GrantQuestion(Subject.WithoutClaims("i", "alice"), _session, tokens), CancellationToken.None);

    private static IReadOnlyList<GrantAnswer> Answers(GrantVerdict verdict) => Assert.IsType<GrantVerdict.Answered>(verdict).Answers;
}
