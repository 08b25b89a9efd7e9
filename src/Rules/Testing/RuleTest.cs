using System.Text.Json;

namespace AuthProxy.Rules.Testing;

/// <summary>A request that a rule's author wrote down, and what must become of it.</summary>
public sealed record RuleTest
{
    /// <summary>What the test is for, in people's words; may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>The request.</summary>
    public required RuleTestRequest Request { get; init; }

    /// <summary>What must become of it.</summary>
    public required RuleTestExpectation Expect { get; init; }

    /// <summary>What the services answer that the rule asks; nobody else is asked.</summary>
    public IReadOnlyList<RuleTestAnswer> Answers { get; init; } = [];

    /// <summary>The data tokens that the session holds grants for.</summary>
    public IReadOnlyList<string> Grants { get; init; } = [];

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

    /// <summary>http or https; null for the scheme of the host's public address.</summary>
    public string? Scheme { get; init; }

    /// <summary>The host that the client asks for, with its port where it is not the public address's; empty for the first public address.</summary>
    public required string Host { get; init; }

    /// <summary>The raw request target, query included.</summary>
    public required string Path { get; init; }

    /// <summary>Who is asking; null where the request's own credentials say.</summary>
    public RuleTestSubject? As { get; init; }

    /// <summary>Request headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The request body as JSON; null for none.</summary>
    public JsonElement? Body { get; init; }
}

/// <summary>Who makes the request of a rule test.</summary>
/// <param name="Subject">The subject's id.</param>
/// <param name="Claims">What the issuer says of the subject, a JSON object that holds <c>sub</c> too.</param>
public sealed record RuleTestSubject(string Subject, JsonElement Claims)
{
    /// <summary>How long ago the subject proved who it is; null: as the claim <c>auth_time</c> says.</summary>
    public TimeSpan? AuthAge { get; init; }
}

/// <summary>What a service answers in a rule test.</summary>
public sealed record RuleTestAnswer
{
    /// <summary>The address that is asked; without a query it stands for every query.</summary>
    public required Uri Url { get; init; }

    /// <summary>The method; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>The answer's status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The answer's headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The answer's body as it is sent.</summary>
    public string Body { get; init; } = "";
}

/// <summary>What must become of the request of a rule test; what is null is not asked.</summary>
public sealed record RuleTestExpectation
{
    /// <summary>The status: 200 for "let through", else the one that the client gets.</summary>
    public int? Status { get; init; }

    /// <summary>The refusal's reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The rule that must decide; by default the one that carries the test.</summary>
    public string? Rule { get; init; }

    /// <summary>Headers of the upstream's request, each with its value, or null where it must not be sent.</summary>
    public IReadOnlyDictionary<string, string?> Headers { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where the client is sent instead.</summary>
    public string? Location { get; init; }

    /// <summary>Whether nothing is asked, so that nothing could fail.</summary>
    public bool AsksNothing => this is { Status: null, Reason: null, Rule: null, Location: null, Headers.Count: 0 };
}
