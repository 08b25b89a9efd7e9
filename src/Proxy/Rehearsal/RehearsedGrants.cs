using AuthProxy.Proxy.Authorization.Grants;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>Knows the grants that the script names.</summary>
internal sealed class RehearsedGrants(Prompter prompter) : IGrantVerifier
{
    public ValueTask<GrantVerdict> VerifyAsync(GrantQuestion question, CancellationToken cancellation)
    {
        var script = prompter.Script;
        if (script.Grants is { } grants)
        {
            return new(new GrantVerdict.Answered([.. question.Tokens.Select(token => new GrantAnswer(grants.Contains(token, StringComparer.Ordinal), null))]));
        }

        script.Miss($"the Tokenizer, about {question}");
        return new(new GrantVerdict.Unavailable("nobody is asked in a rehearsal"));
    }
}
