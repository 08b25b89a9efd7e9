using AuthProxy.Proxy.Authorization.Grants;

namespace AuthProxy.Proxy.Tests.Authorization.Grants;

/// <summary>Knows the grants that a test gives it.</summary>
internal sealed class ScriptedVerifier : IGrantVerifier
{
    public HashSet<string> Granted { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset? ExpiresAt { get; set; }

    public GrantVerdict? Override { get; set; }

    public List<IReadOnlyList<string>> Asked { get; } = [];

    public ValueTask<GrantVerdict> VerifyAsync(GrantQuestion question, CancellationToken cancellation)
    {
        Asked.Add(question.Tokens);
        return ValueTask.FromResult(Override ?? new GrantVerdict.Answered(
            [.. question.Tokens.Select(token => Granted.Contains(token) ? new GrantAnswer(true, ExpiresAt) : new GrantAnswer(false, null))]));
    }
}
