namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>Asks the Tokenizer only for what was not answered with yes within the last second.</summary>
internal sealed class RememberingGrantVerifier(IGrantVerifier tokenizer, GrantCache cache, TimeProvider clock) : IGrantVerifier
{
    public async ValueTask<GrantVerdict> VerifyAsync(GrantQuestion question, CancellationToken cancellation)
    {
        var open = Open(question);
        if (open.Count == 0)
        {
            return new GrantVerdict.Answered(AllValid(question.Tokens.Count));
        }

        var askedAt = clock.GetUtcNow();
        var verdict = await tokenizer.VerifyAsync(question with { Tokens = Tokens(question, open) }, cancellation);
        if (verdict is not GrantVerdict.Answered answered)
        {
            return verdict;
        }

        if (answered.Answers.Count != open.Count)
        {
            return new GrantVerdict.Unavailable("the answer does not cover what was asked");
        }

        return new GrantVerdict.Answered(Merge(question, open, answered.Answers, askedAt));
    }

    /// <summary>The places in the question that nothing is remembered for.</summary>
    private List<int> Open(GrantQuestion question)
    {
        var open = new List<int>(question.Tokens.Count);
        for (var i = 0; i < question.Tokens.Count; i++)
        {
            if (!cache.Holds(question.Session, question.Tokens[i]))
            {
                open.Add(i);
            }
        }

        return open;
    }

    private static IReadOnlyList<string> Tokens(GrantQuestion question, List<int> places) =>
        places.Count == question.Tokens.Count ? question.Tokens : places.ConvertAll(i => question.Tokens[i]);

    private static GrantAnswer[] AllValid(int count)
    {
        var answers = new GrantAnswer[count];
        Array.Fill(answers, new GrantAnswer(true, null));
        return answers;
    }

    private GrantAnswer[] Merge(GrantQuestion question, List<int> open, IReadOnlyList<GrantAnswer> fresh, DateTimeOffset askedAt)
    {
        var answers = AllValid(question.Tokens.Count);
        for (var i = 0; i < open.Count; i++)
        {
            answers[open[i]] = fresh[i];
            if (fresh[i] is { Valid: true, ExpiresAt: { } expiresAt })
            {
                cache.Remember(question.Session, question.Tokens[open[i]], askedAt, expiresAt);
            }
        }

        return answers;
    }
}
