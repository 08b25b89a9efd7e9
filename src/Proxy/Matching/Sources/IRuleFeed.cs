using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching.Sources;

/// <summary>One source of rules: the texts it has now, and word of new ones.</summary>
internal interface IRuleFeed : IDisposable
{
    /// <summary>Raised when there are other texts than before.</summary>
    event Action? Changed;

    /// <summary>Looks after the source from now on. What is read without it is what is there at that moment.</summary>
    void Start();

    RuleFeedOutcome Read();
}

/// <summary>What a source has to give.</summary>
internal abstract record RuleFeedOutcome
{
    private RuleFeedOutcome()
    {
    }

    /// <summary>These texts; where they cannot be read any more, the last that could.</summary>
    public sealed record Texts(IReadOnlyList<RuleText> All) : RuleFeedOutcome
    {
        /// <summary>Why these are not what the source says now; null where they are.</summary>
        public ConfigFault? Kept { get; init; }
    }

    /// <summary>Nothing yet, and the other sources do not wait for it.</summary>
    public sealed record Missing(ConfigFault Why) : RuleFeedOutcome;

    /// <summary>Nothing yet, and without it no rule may be in force: a wider one could stand in for its rules.</summary>
    public sealed record Pending(ConfigFault Why) : RuleFeedOutcome;

    public sealed record Faulty(ConfigFault Fault) : RuleFeedOutcome;
}
