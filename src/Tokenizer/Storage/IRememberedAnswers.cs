namespace AuthProxy.Tokenizer.Storage;

/// <summary>What was answered to requests that carry an idempotency key, so that a repeated one gets the same answer and does nothing.</summary>
internal interface IRememberedAnswers
{
    /// <summary>
    /// Takes the request on, unless it was taken on before. Whoever took it on and answers neither until <paramref name="patience"/> nor lets
    /// go of it has crashed: then the next takes it on.
    /// </summary>
    /// <param name="request">Who asks, and under which key; 32 bytes.</param>
    /// <param name="content">What is asked; 32 bytes.</param>
    /// <param name="attempt">Whoever takes it on; 16 random bytes.</param>
    Task<AnswerClaim> ClaimAnswerAsync(byte[] request, byte[] content, byte[] attempt, long patience, long now, CancellationToken cancellation);

    /// <summary>Remembers the answer, if the request is still this attempt's.</summary>
    Task RememberAnswerAsync(byte[] request, byte[] attempt, byte[] answer, long until, CancellationToken cancellation);

    /// <summary>Lets go of a request that was not done, so that it may be tried again at once.</summary>
    Task ForgetAnswerAsync(byte[] request, byte[] attempt, CancellationToken cancellation);
}

internal abstract record AnswerClaim
{
    private AnswerClaim() { }

    /// <summary>Nobody did this before: do it.</summary>
    public sealed record Yours : AnswerClaim;

    /// <summary>It was done, and this was the answer.</summary>
    public sealed record Answered(byte[] Answer) : AnswerClaim;

    /// <summary>Somebody is doing it right now.</summary>
    public sealed record UnderWay : AnswerClaim;

    /// <summary>Under the same key something else was asked.</summary>
    public sealed record AnotherRequest : AnswerClaim;

    /// <summary>What the row says that stands in the way of a claim.</summary>
    public static AnswerClaim Of(byte[] content, byte[] known, byte[]? answer) =>
        !known.AsSpan().SequenceEqual(content) ? new AnotherRequest() : answer is null ? new UnderWay() : new Answered(answer);
}

internal sealed class AnswerRow
{
    public byte[] Content { get; set; } = [];

    public byte[]? Answer { get; set; }
}
