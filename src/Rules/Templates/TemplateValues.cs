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

    /// <summary><c>.MatchContext.URL</c>, <c>.Method</c> and <c>.Header</c>: the request; null where there is none.</summary>
    public TemplateRequest? Request { get; init; }

    /// <summary><c>.Header</c>: what authorizers and mutators before this one tell the upstream.</summary>
    public TemplateHeaders Headers { get; init; } = TemplateHeaders.None;

    /// <summary>What <c>now</c> tells.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>The request as templates may see it.</summary>
/// <param name="Method">The HTTP method as sent.</param>
/// <param name="Scheme">http or https, as the client sees it.</param>
/// <param name="Host">The host that the client asked for.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">The client's headers.</param>
public sealed record TemplateRequest(string Method, string Scheme, string Host, CanonicalTarget Target, TemplateHeaders Headers);

/// <summary>Headers as templates see them: names without case, several values each. Nothing is copied until a template asks.</summary>
/// <param name="find">All values of a header by its name; empty where there is none.</param>
/// <param name="all">Every name with its values.</param>
public sealed class TemplateHeaders(Func<string, IReadOnlyList<string>> find, Func<IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>> all)
{
    /// <summary>No headers.</summary>
    public static readonly TemplateHeaders None = new(_ => [], () => []);

    /// <summary>All values of a header; empty where there is none.</summary>
    public IReadOnlyList<string> Find(string name) => find(name);

    /// <summary>Every header.</summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> All => all();
}

/// <summary>What became of a template.</summary>
public abstract record TemplateOutcome
{
    private TemplateOutcome()
    {
    }

    /// <summary>The text: for a header one line without control characters, for JSON one valid JSON text.</summary>
    public sealed record Rendered(string Text) : TemplateOutcome;

    /// <summary>The template cannot be filled in for this request, which must be refused.</summary>
    /// <param name="Why">For the operator; holds no value.</param>
    public sealed record Failed(string Why) : TemplateOutcome;
}
