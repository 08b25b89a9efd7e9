namespace AuthProxy.Rules.Policies;

/// <summary>How long the parts of a request may take. What is null is the service's to say, and a decision without a limit takes what its handlers take.</summary>
public sealed record RuleTimeouts
{
    /// <summary>Nothing is said.</summary>
    public static readonly RuleTimeouts None = new();

    /// <summary>Authentication, authorization and mutation together.</summary>
    public TimeSpan? Decision { get; init; }

    /// <summary>Until the upstream begins its answer.</summary>
    public TimeSpan? Response { get; init; }

    /// <summary>How long a body, stream or WebSocket may be silent in both directions.</summary>
    public TimeSpan? Activity { get; init; }

    internal RuleTimeouts Over(RuleTimeouts defaults) => new()
    {
        Decision = Decision ?? defaults.Decision,
        Response = Response ?? defaults.Response,
        Activity = Activity ?? defaults.Activity,
    };
}
