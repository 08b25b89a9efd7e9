using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy.Mutation;

/// <summary>Tells the upstream something about the subject; made when a rule loads, for that rule. All of a rule's run, in order.</summary>
internal interface IMutator
{
    /// <summary>The name that rules use.</summary>
    string Name { get; }

    /// <summary>Every header that this mutator can ever set: clients may send none of them, in any spelling, on any rule.</summary>
    IReadOnlyCollection<string> HeaderNames { get; }

    ValueTask<MutationOutcome> MutateAsync(HttpContext context, ProxiedRequest request, CancellationToken cancellation);
}

/// <summary>What one mutator did.</summary>
internal abstract record MutationOutcome
{
    private MutationOutcome()
    {
    }

    public sealed record Done : MutationOutcome
    {
        public static readonly Done Instance = new();
    }

    /// <summary>What had to be said could not be said; the request must not arrive without it.</summary>
    public sealed record Refused(Refusal Refusal, string Why) : MutationOutcome;
}
