using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage;

public abstract class RememberedAnswerContract : TokenStoreContract
{
    private const long Patience = Now + 1000;

    private readonly byte[] _request = Random();
    private readonly byte[] _content = Random();

    [Fact]
    public async Task Of_many_who_ask_the_same_at_once_one_does_it()
    {
        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ClaimAsync(Random(16)))));

        Assert.Single(claims.OfType<AnswerClaim.Yours>());
        Assert.Equal(15, claims.OfType<AnswerClaim.UnderWay>().Count());
    }

    [Fact]
    public async Task What_was_answered_is_answered_again_until_it_is_forgotten()
    {
        var attempt = Random(16);
        await ClaimAsync(attempt);
        await Store.RememberAnswerAsync(_request, attempt, [1, 2], Later, default);

        Assert.Equal([1, 2], Assert.IsType<AnswerClaim.Answered>(await ClaimAsync(Random(16), Later - 1)).Answer);
        Assert.IsType<AnswerClaim.Yours>(await ClaimAsync(Random(16), Later));
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_told_apart()
    {
        await ClaimAsync(Random(16));

        Assert.IsType<AnswerClaim.AnotherRequest>(await Store.ClaimAnswerAsync(_request, Random(), Random(16), Patience, Now, default));
        Assert.IsType<AnswerClaim.Yours>(await Store.ClaimAnswerAsync(Random(), _content, Random(16), Patience, Now, default));
    }

    [Fact]
    public async Task A_crashed_attempt_is_taken_over_and_has_nothing_to_say_any_more()
    {
        var (crashed, next) = (Random(16), Random(16));
        await ClaimAsync(crashed);

        Assert.IsType<AnswerClaim.Yours>(await Store.ClaimAnswerAsync(_request, _content, next, Later, Patience, default));
        await Store.RememberAnswerAsync(_request, crashed, [1], Later, default);
        await Store.ForgetAnswerAsync(_request, crashed, default);

        Assert.IsType<AnswerClaim.UnderWay>(await ClaimAsync(Random(16), Patience));
    }

    [Fact]
    public async Task What_was_not_done_may_be_tried_again_at_once()
    {
        var attempt = Random(16);
        await ClaimAsync(attempt);
        await Store.ForgetAnswerAsync(_request, attempt, default);

        Assert.IsType<AnswerClaim.Yours>(await ClaimAsync(Random(16)));
    }

    [Fact]
    public async Task What_nobody_can_ask_for_any_more_is_swept()
    {
        await ClaimAsync(Random(16));

        Assert.Equal(0, await SweepAsync(Patience - 1));
        Assert.Equal(1, await SweepAsync(Patience));
    }

    private Task<AnswerClaim> ClaimAsync(byte[] attempt, long now = Now) => Store.ClaimAnswerAsync(_request, _content, attempt, Patience, now, default);
}
