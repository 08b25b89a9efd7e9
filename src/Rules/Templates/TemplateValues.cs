using System.Text.Json;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Templates;

/// <summary>What a template may speak about.</summary>
public sealed record TemplateValues
{
    /// <summary><c>.Subject</c>: the subject's id.</summary>
    public required string Subject { get; init; }

    /// <summary><c>.Extra</c>: the subject's claims; null where there are none.</summary>
    public JsonElement? Extra { get; init; }

    /// <summary><c>.MatchContext.RegexpCaptureGroups</c>: what the rule's pattern captured.</summary>
    public RuleCaptures Captures { get; init; }
}

/// <summary>What became of a template.</summary>
public abstract record TemplateOutcome
{
    private TemplateOutcome()
    {
    }

    /// <summary>The text; never holds a control character.</summary>
    public sealed record Rendered(string Text) : TemplateOutcome;

    /// <summary>The template cannot be filled in for this request, which must be refused.</summary>
    /// <param name="Why">For the operator; holds no value.</param>
    public sealed record Failed(string Why) : TemplateOutcome;
}
