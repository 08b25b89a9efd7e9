using AuthProxy.Proxy.Authentication;

namespace AuthProxy.Proxy.Authorization.Grants;

/// <summary>One question to the Tokenizer: does this session hold a grant for each of these tokens?</summary>
/// <param name="Subject">Whose session it is; it has one.</param>
/// <param name="Session">The session that must hold the grants.</param>
/// <param name="Tokens">Distinct tokens, at most <see cref="MostTokens"/>.</param>
internal sealed record GrantQuestion(Subject Subject, SessionIdentity Session, IReadOnlyList<string> Tokens)
{
    /// <summary>What the Tokenizer takes in one batch.</summary>
    public const int MostTokens = 100;

    /// <summary>Never the tokens: records print all they hold.</summary>
    public override string ToString() => $"{Tokens.Count} tokens for one session";
}

/// <summary>What is known about a question.</summary>
internal abstract record GrantVerdict
{
    private GrantVerdict()
    {
    }

    /// <summary>An answer for each token, in the question's order.</summary>
    public sealed record Answered(IReadOnlyList<GrantAnswer> Answers) : GrantVerdict;

    /// <summary>No trustworthy answer could be had.</summary>
    public sealed record Unavailable(string Why) : GrantVerdict;
}

/// <param name="Valid">Whether the session holds a grant now.</param>
/// <param name="ExpiresAt">When the grant ends; without one a yes is not remembered.</param>
internal readonly record struct GrantAnswer(bool Valid, DateTimeOffset? ExpiresAt);

/// <summary>Knows whether a session holds grants.</summary>
internal interface IGrantVerifier
{
    ValueTask<GrantVerdict> VerifyAsync(GrantQuestion question, CancellationToken cancellation);
}
