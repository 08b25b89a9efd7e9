namespace AuthProxy.Proxy.Decisions;

/// <summary>What the parts of the decision API tell each other about one question.</summary>
internal sealed class DecisionState
{
    /// <summary>Who asks, once it has proved so.</summary>
    public Caller? Caller { get; set; }

    /// <summary>Whether every stage has let the request pass; the end of the path sets it and nobody else.</summary>
    public bool IsAllowed { get; set; }
}

internal static class DecisionStateExtensions
{
    public static DecisionState Decision(this HttpContext context) =>
        context.Features.Get<DecisionState>() ?? throw new InvalidOperationException("The request did not come in by the decision API.");
}
