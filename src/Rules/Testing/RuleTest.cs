using System.Text.Json;

namespace AuthProxy.Rules.Testing;

/// <summary>A request that a rule's author wrote down, and what must become of it.</summary>
public sealed record RuleTest
{
    /// <summary>The request.</summary>
    public required RuleTestRequest Request { get; init; }

    /// <summary>What must become of it.</summary>
    public required RuleTestExpectation Expect { get; init; }

    /// <summary>The file for faults.</summary>
    public string File { get; init; } = "";

    /// <summary>The line for faults.</summary>
    public int Line { get; init; }

    /// <summary>Rule and key for faults, such as <c>rule 'orders': tests[0]</c>.</summary>
    public string Key { get; init; } = "";
}

/// <summary>The request of a rule test.</summary>
public sealed record RuleTestRequest
{
    /// <summary>The HTTP method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>http or https.</summary>
    public string Scheme { get; init; } = "https";

    /// <summary>The host that the client asks for.</summary>
    public required string Host { get; init; }

    /// <summary>The raw request target, query included.</summary>
    public required string Path { get; init; }

    /// <summary>Who is asking; null for a request without credentials.</summary>
    public RuleTestSubject? As { get; init; }

    /// <summary>Request headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The request body as JSON; null for none.</summary>
    public JsonElement? Body { get; init; }
}

/// <summary>Who makes the request of a rule test.</summary>
/// <param name="Subject">The subject's id.</param>
/// <param name="Claims">What the issuer says of the subject, a JSON object that holds <c>sub</c> too.</param>
public sealed record RuleTestSubject(string Subject, JsonElement Claims);

/// <summary>What must become of the request of a rule test; what is null is not asked.</summary>
public sealed record RuleTestExpectation
{
    /// <summary>The status: 200 for "let through", else the refusal's.</summary>
    public int? Status { get; init; }

    /// <summary>The refusal's reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The rule that must decide; by default the one that carries the test.</summary>
    public string? Rule { get; init; }
}
