using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Grants;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Policies;
using AuthProxy.Rules.Requirements;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules;

/// <summary>One rule as written: which requests it is for and what it asks of them. Immutable; prepared by the services that run it.</summary>
public sealed record Rule
{
    /// <summary>The name in logs, metrics and traces. Unique in our form; Oathkeeper's may repeat or be empty.</summary>
    public required string Id { get; init; }

    /// <summary>Whose form the rule is written in.</summary>
    public required RuleForm Form { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Which requests the rule is for.</summary>
    public required RulePattern Pattern { get; init; }

    /// <summary>Who may say who is asking, in order; never empty.</summary>
    public required IReadOnlyList<HandlerUse> Authenticators { get; init; }

    /// <summary>All must allow.</summary>
    public IReadOnlyList<AuthorizerUse> Authorizers { get; init; } = [];

    /// <summary>All run, in order.</summary>
    public IReadOnlyList<HandlerUse> Mutators { get; init; } = [];

    /// <summary>Who may answer a refusal; empty: the service's fallback.</summary>
    public IReadOnlyList<HandlerUse> Errors { get; init; } = [];

    /// <summary>What the subject's claims must say; null where the rule asks nothing.</summary>
    public Requirement? Require { get; init; }

    /// <summary>The grant check; null where the rule has none.</summary>
    public GrantRequirement? Grants { get; init; }

    /// <summary>Where the request goes; null for rules that only the decision API uses.</summary>
    public UpstreamUse? Upstream { get; init; }

    /// <summary>Lets unsafe requests and WebSocket upgrades of other origins pass with a cookie session (no CSRF protection).</summary>
    public bool AllowCrossOrigin { get; init; }

    /// <summary>Lets WebSocket upgrades pass.</summary>
    public bool AllowWebSocket { get; init; } = true;

    /// <summary>Accepts an encoded slash inside a path segment.</summary>
    public bool AllowEncodedSlash { get; init; }

    /// <summary>How long the parts of a request may take.</summary>
    public RuleTimeouts Timeouts { get; init; } = RuleTimeouts.None;

    /// <summary>How often requests may come; each limit holds by itself.</summary>
    public IReadOnlyList<RateLimit> RateLimits { get; init; } = [];

    /// <summary>Which pages of other origins may read answers; null leaves that to the listener and the application.</summary>
    public CorsPolicy? Cors { get; init; }

    /// <summary>What is answered in place of everything; null: nothing is being maintained.</summary>
    public MaintenancePolicy? Maintenance { get; init; }

    /// <summary>The most bytes that a request's body may have; null: any number.</summary>
    public long? MaxBody { get; init; }

    /// <summary>The tests that the rule carries.</summary>
    public IReadOnlyList<RuleTest> Tests { get; init; } = [];

    /// <summary>What the source that the rule came from may speak about.</summary>
    public RuleSourceLimits Limits { get; init; } = RuleSourceLimits.None;

    /// <summary>Whether parts of the rule could not be read. Such a rule still matches, and refuses whoever reaches one of these parts.</summary>
    public bool IsInvalid { get; init; }

    /// <summary>The file that the rule was read from.</summary>
    public string File { get; init; } = "";

    /// <summary>The line at which it begins.</summary>
    public int Line { get; init; }

    /// <summary>What to call the rule in faults and logs.</summary>
    public override string ToString() => $"rule '{Id}'";
}

/// <summary>Whose form a rule is written in; a rule set holds rules of one form.</summary>
public enum RuleForm
{
    /// <summary>A bare list: Oathkeeper's format, with Oathkeeper's answers.</summary>
    Oathkeeper,

    /// <summary><c>version: authproxy/v1</c>: the most specific rule wins.</summary>
    AuthProxy,
}

/// <summary>A handler that a rule names, with its own <c>config</c> if it gives one.</summary>
/// <param name="Handler">The handler's name; empty where none could be read of an invalid rule.</param>
/// <param name="Config">The rule's <c>config</c>, read by the handler's own schema when the rule set is prepared.</param>
/// <param name="File">The file for faults.</param>
/// <param name="Line">The line for faults.</param>
/// <param name="Key">Rule and key for faults, such as <c>rule 'orders': authenticators[1]</c>.</param>
public sealed record HandlerUse(string Handler, ConfigNode? Config, string File, int Line, string Key);

/// <summary>Where a rule's requests go.</summary>
public sealed record UpstreamUse
{
    /// <summary>Scheme, host, port and base path; null for the Tokenizer, whose address the service knows.</summary>
    public Uri? Url { get; init; }

    /// <summary>Whether the requests go to the Tokenizer, which gets assertions of its own reserved audience.</summary>
    public bool IsTokenizer { get; init; }

    /// <summary>Passes the client's <c>Host</c> on instead of the upstream's own.</summary>
    public bool PreserveHost { get; init; }

    /// <summary>What is taken off the path, such as <c>/api</c>: whole leading segments, unless <see cref="StripsAnywhere"/>. Null: nothing.</summary>
    public string? StripPath { get; init; }

    /// <summary>Takes the first occurrence of <see cref="StripPath"/> out of the joined path, wherever it stands, as Oathkeeper does.</summary>
    public bool StripsAnywhere { get; init; }

    /// <summary>Whether what the rule says of its upstream could not be read: it forwards nowhere, which is another answer than having none.</summary>
    public bool IsInvalid { get; init; }
}
