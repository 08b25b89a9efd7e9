using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Grants;
using AuthProxy.Rules.Patterns;
using AuthProxy.Rules.Requirements;
using AuthProxy.Rules.Testing;

namespace AuthProxy.Rules.Loading;

/// <summary>What a rule, or the <c>defaults</c> of its file, say of how requests are treated; null where they say nothing.</summary>
internal sealed record RuleTreatment
{
    public IReadOnlyList<HandlerUse>? Authenticators { get; init; }

    public IReadOnlyList<HandlerUse>? Authorizers { get; init; }

    public IReadOnlyList<HandlerUse>? Mutators { get; init; }

    public IReadOnlyList<HandlerUse>? Errors { get; init; }

    public UpstreamUse? Upstream { get; init; }

    public bool? AllowCrossOrigin { get; init; }

    public bool? AllowWebSocket { get; init; }

    public bool? AllowEncodedSlash { get; init; }

    /// <summary>What is said here, else what the defaults say: a rule's list replaces the default one as a whole.</summary>
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
