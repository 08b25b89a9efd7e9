using System.Globalization;
using AuthProxy.Rules;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Proxy.Rehearsal;

/// <summary>What became of a request that was played.</summary>
/// <param name="Script">What the stand-ins went by, and what they were asked.</param>
/// <param name="Rule">The rule that decided; null where none did.</param>
/// <param name="Steps">What each stage decided.</param>
internal sealed record Played(Script Script, Rule? Rule, IReadOnlyList<TraceStep> Steps)
{
    /// <summary>200 for let through, else the status that the client gets; 0 where it did not come to an end.</summary>
    public int Status { get; init; }

    /// <summary>Where the client is sent instead.</summary>
    public string? Location { get; init; }

    /// <summary>What the rule's pattern captured.</summary>
    public RuleCaptures Captures { get; init; }

    /// <summary>The refusal's reason; null for a request that was let through.</summary>
    public string? Reason => Script.Refusal?.Reason;

    /// <summary>Status and reason, as a person says them.</summary>
    public string Answer => Status == 0 ? "none" : $"{Status.ToString(CultureInfo.InvariantCulture)} {Reason}".TrimEnd();

    /// <summary>The way to the answer, in one line.</summary>
    public string Way => Steps.Count == 0 ? Script.Why : string.Join(", ", Steps
        .Where(step => step.Stage != TraceStage.Answer || Steps.Count == 1)
        .Select(step => $"{Word(step.Stage)} {step.Part}{(step is { Verdict: not TraceVerdict.Passed, Why: { } why } ? $": {why}" : "")}"));

    /// <summary>A stage as rules and documents call it.</summary>
    public static string Word(TraceStage stage) => stage switch
    {
        TraceStage.Target => "target",
        TraceStage.Match => "match",
        TraceStage.Authenticate => "authenticate",
        TraceStage.Authorize => "authorize",
        TraceStage.Grants => "grants",
        TraceStage.Mutate => "mutate",
        TraceStage.Forward => "forward",
        _ => "answer",
    };
}
