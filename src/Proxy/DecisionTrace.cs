using AuthProxy.Hosting.Refusals;

namespace AuthProxy.Proxy;

/// <summary>
/// What each stage decided about one request and why, in order. Explanations, the access log and support codes are views of it.
/// It never holds a token, cookie, key or value: reasons are written for an operator's eyes, not copied from the request.
/// </summary>
internal sealed class DecisionTrace
{
    private readonly List<TraceStep> _steps = new(8);

    /// <summary>The decisions so far, in the order in which they were made.</summary>
    public IReadOnlyList<TraceStep> Steps => _steps;

    /// <summary>The refusal that ended the request, if one did.</summary>
    public Refusal? Refusal { get; private set; }

    public void Note(TraceStage stage, string part, TraceVerdict verdict, string? why = null) =>
        _steps.Add(new TraceStep(stage, part, verdict, why));

    public void Refused(Refusal refusal, string why)
    {
        Refusal = refusal;
        _steps.Add(new TraceStep(TraceStage.Answer, refusal.Reason, TraceVerdict.Refused, why));
    }
}

/// <param name="Stage">Where on the path.</param>
/// <param name="Part">The rule, handler or check that decided.</param>
/// <param name="Verdict">What it decided.</param>
/// <param name="Why">The reason, redacted; null where the verdict says it all.</param>
internal readonly record struct TraceStep(TraceStage Stage, string Part, TraceVerdict Verdict, string? Why);

internal enum TraceStage
{
    Target,
    Match,
    Authenticate,
    Authorize,
    Grants,
    Mutate,
    Forward,
    Answer,
}

internal enum TraceVerdict
{
    Passed,
    NotMine,
    Refused,
}
