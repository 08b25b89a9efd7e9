using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Cors;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding;
using AuthProxy.Proxy.Limits.Rates;
using AuthProxy.Proxy.Maintenance;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>A rule with everything that its requests need, made when it loaded: nothing is parsed or looked up by name later.</summary>
/// <param name="Rule">The rule as written.</param>
/// <param name="Authenticators">Who may say who is asking, in order.</param>
/// <param name="Authorizers">All must allow; <c>require</c> is one of them.</param>
/// <param name="Grants">The grant check, where the rule asks for one.</param>
/// <param name="Mutators">All run, in order.</param>
/// <param name="Errors">Who may answer a refusal; empty: the fallback.</param>
/// <param name="Upstream">Where to; null for a rule that forwards nowhere.</param>
internal sealed record PreparedRule(
    Rule Rule,
    IReadOnlyList<IAuthenticator> Authenticators,
    IReadOnlyList<IAuthorizer> Authorizers,
    GrantCheck? Grants,
    IReadOnlyList<IMutator> Mutators,
    IReadOnlyList<IErrorHandler> Errors,
    Upstream? Upstream)
{
    /// <summary>Counts the rule sets that this process has taken; part of what a cached assertion is keyed by.</summary>
    public required long Revision { get; init; }

    /// <summary>Whether the rule has faults, and so refuses whoever comes to them.</summary>
    public bool IsInvalid { get; init; }

    /// <summary>How often requests may come; null: as often as they like.</summary>
    public RuleRateLimits? RateLimits { get; init; }

    /// <summary>What the rule answers pages of other origins; null: that is not its affair.</summary>
    public CorsAnswers? Cors { get; } = Rule.Cors is { } policy ? new CorsAnswers(policy) : null;

    /// <summary>The answer to everything while the rule says that it is being maintained; else null.</summary>
    public MaintenanceAnswer? Maintenance { get; } = Rule.Maintenance is { } policy ? new MaintenanceAnswer(policy) : null;

    /// <summary>Whether a session cookie lets anybody in here, so that logging in helps.</summary>
    public bool BelievesSessionCookie { get; } = Authenticators.Any(authenticator => authenticator.Name == "oidc");

    /// <summary>Whether people get in here without a login.</summary>
    public bool AdmitsGuests { get; } = Authenticators.Any(authenticator => authenticator.AdmitsGuests);

    /// <summary>Oathkeeper wants exactly one error handler to be responsible; ours asks them in order.</summary>
    public bool AsksOneErrorHandler => Rule.Form == RuleForm.Oathkeeper;
}
