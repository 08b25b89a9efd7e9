using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Grants;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Policies;
using AuthProxy.Rules.Requirements;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>What a rule, or the <c>defaults</c> of its file, say of how requests are treated; null where they say nothing.</summary>
internal sealed record RuleTreatment
{
    public IReadOnlyList<HandlerUse>? Authenticators { get; init; }

    public IReadOnlyList<AuthorizerUse>? Authorizers { get; init; }

    public IReadOnlyList<HandlerUse>? Mutators { get; init; }

    public IReadOnlyList<HandlerUse>? Errors { get; init; }

    public UpstreamUse? Upstream { get; init; }

    public bool? AllowCrossOrigin { get; init; }

    public bool? AllowWebSocket { get; init; }

    public bool? AllowEncodedSlash { get; init; }

    public RuleTimeouts? Timeouts { get; init; }

    public IReadOnlyList<RateLimit>? RateLimits { get; init; }

    public OrNone<CorsPolicy>? Cors { get; init; }

    public OrNone<MaintenancePolicy>? Maintenance { get; init; }

    public long? MaxBody { get; init; }

    /// <summary>What is said here, else what the defaults say: a rule's list or section replaces the default one as a whole, time-outs each by itself.</summary>
    public RuleTreatment Over(RuleTreatment defaults) => new()
    {
        Authenticators = Authenticators ?? defaults.Authenticators,
        Authorizers = Authorizers ?? defaults.Authorizers,
        Mutators = Mutators ?? defaults.Mutators,
        Errors = Errors ?? defaults.Errors,
        Upstream = Upstream ?? defaults.Upstream,
        AllowCrossOrigin = AllowCrossOrigin ?? defaults.AllowCrossOrigin,
        AllowWebSocket = AllowWebSocket ?? defaults.AllowWebSocket,
        AllowEncodedSlash = AllowEncodedSlash ?? defaults.AllowEncodedSlash,
        Timeouts = defaults.Timeouts is null ? Timeouts : Timeouts?.Over(defaults.Timeouts) ?? defaults.Timeouts,
        RateLimits = RateLimits ?? defaults.RateLimits,
        Cors = Cors ?? defaults.Cors,
        Maintenance = Maintenance ?? defaults.Maintenance,
        MaxBody = MaxBody ?? defaults.MaxBody,
    };
}

/// <summary>A rule of our form as written, before its file's defaults.</summary>
internal sealed record RuleDraft(
    string Id,
    string Description,
    RoutePattern Pattern,
    RuleTreatment Treatment,
    Requirement? Require,
    GrantRequirement? Grants,
    IReadOnlyList<RuleTest> Tests,
    ConfigMapping Node);
