using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Allow;
using AuthProxy.Proxy.Authorization.Claims;
using AuthProxy.Proxy.Authorization.Combined;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding;
using AuthProxy.Proxy.Limits.Rates;
using AuthProxy.Proxy.Maintenance;
using AuthProxy.Proxy.Mutation.AccessToken;
using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching;

/// <summary>Turns rules as written into rules that can be run: every handler made, every fault told.</summary>
internal sealed class RulePreparer(
    HandlerCatalogue handlers, UpstreamFactory upstreams, GrantCheckFactory grants, RateLimiters limits, PassedOnTokens passedOn, ProxySettings settings, TimeProvider clock)
{
    /// <summary>Null, with the faults told, where anything is wrong: a set is taken whole or not at all.</summary>
    /// <param name="read">The rules as written.</param>
    /// <param name="revision">Counts the rule sets.</param>
    /// <param name="faults">What keeps the set from going into force.</param>
    /// <param name="tolerated">Faults of rules that are in the set all the same.</param>
    public PreparedRules? Prepare(RuleLoad read, long revision, ConfigFaults faults, ConfigFaults tolerated)
    {
        var rules = read.Rules;
        var prepared = rules.Select(rule => KeepsInvalid(rule) ? PrepareAnyway(rule, revision, tolerated) : Prepare(rule, revision, faults, null)).ToList();
        var fallback = PrepareFallback(rules.Count > 0 ? rules[0].Form : RuleForm.AuthProxy, revision, faults);
        prepared = WithoutTokensForOthers(prepared, faults, tolerated);
        RateLimiters.Check(rules, faults);
        if (read.Set is not { } set || faults.Any)
        {
            return null;
        }

        var names = prepared.SelectMany(HeadersSetBy).ToList();
        return new PreparedRules(set, prepared, UntrustedHeaders.Reserve(names), fallback, revision) { IdentityHeaderNames = UntrustedHeaders.OfIdentity(names) };
    }

    private bool KeepsInvalid(Rule rule) => settings.AccessRules.Oathkeeper.KeepInvalidRules && rule.Form == RuleForm.Oathkeeper;

    private static IEnumerable<string> HeadersSetBy(PreparedRule rule) =>
        rule.Authorizers.SelectMany(authorizer => authorizer.HeaderNames).Concat(rule.Mutators.SelectMany(mutator => mutator.HeaderNames));

    // Only together do rules show what one passes on and another takes.
    private List<PreparedRule> WithoutTokensForOthers(List<PreparedRule> rules, ConfigFaults faults, ConfigFaults tolerated)
    {
        var invalid = new HashSet<PreparedRule>(ReferenceEqualityComparer.Instance);
        foreach (var (rule, fault) in passedOn.FindTaken(rules, faults))
        {
            (KeepsInvalid(rule.Rule) ? tolerated : faults).Add(fault);
            invalid.Add(rule);
        }

        return invalid.Count == 0 ? rules : rules.ConvertAll(rule => invalid.Contains(rule) ? Invalid(rule) : rule);
    }

    // What the others would set stays taken from clients.
    private static PreparedRule Invalid(PreparedRule rule) => rule with { IsInvalid = true, Mutators = [new FaultyHandler(PassedOnTokens.UseIn(rule.Rule)), .. rule.Mutators] };

    private PreparedRule PrepareAnyway(Rule rule, long revision, ConfigFaults tolerated)
    {
        var own = new ConfigFaults();
        var prepared = Prepare(rule, revision, own, use => new FaultyHandler(use));
        tolerated.AddRange(own);
        return prepared with { IsInvalid = rule.IsInvalid || own.Any };
    }

    private PreparedRule Prepare(Rule rule, long revision, ConfigFaults faults, Func<HandlerUse, FaultyHandler>? standIn)
    {
        var authenticators = handlers.Authenticators.Prepare(rule.Authenticators, rule.Form, rule, revision, faults, standIn);
        var prepared = new PreparedRule(
            rule,
            authenticators,
            PrepareAuthorizers(rule, revision, faults, standIn),
            rule.Grants is null ? null : grants.Create(rule, faults),
            handlers.Mutators.Prepare(rule.Mutators, rule.Form, rule, revision, faults, standIn),
            PrepareErrors(rule, revision, faults, standIn),
            upstreams.Create(rule, faults))
        {
            Revision = revision,
            RateLimits = limits.Create(rule),
        };
        if (rule.Authenticators.Count == 0)
        {
            Fault(rule, "authenticators", "is empty; name who may say who is asking", faults);
        }

        // Scheme and host of such rules come from here and never from a client; on loopback there is nobody to be fooled.
        if (rule.Form == RuleForm.AuthProxy && settings.Serve.Proxy is { PublicUrls.Count: 0, Listener.IsLoopback: false })
        {
            Fault(rule, "match", "needs serve.proxy.public_urls, because the Proxy listens outside loopback", faults);
        }

        if (rule.Grants is { NeedsBody: true } && !settings.Serve.Proxy.Enabled)
        {
            Fault(rule, "grants", "needs to see bodies, which stay with the caller of a decision; switch serve.proxy on, or look elsewhere for tokens", faults);
        }

        // A grant belongs to a session: without one, anybody's request would be everybody's.
        foreach (var authenticator in rule.Grants is null ? [] : authenticators.Where(authenticator => !authenticator.GivesSession))
        {
            Fault(rule, "grants", $"needs a session, and authenticator '{authenticator.Name}' gives none", faults);
        }

        return prepared;
    }

    // Ours: who is known may pass unless something is asked of them. Oathkeeper's rules name their authorizer.
    private List<IAuthorizer> PrepareAuthorizers(Rule rule, long revision, ConfigFaults faults, Func<HandlerUse, FaultyHandler>? standIn)
    {
        var authorizers = rule.Authorizers
            .Select(use => AuthorizerTree.Prepare(use, handler => handlers.Authorizers.Prepare(handler, rule.Form, rule, revision, faults, standIn)))
            .OfType<IAuthorizer>().ToList();
        if (rule.Require is { } requirement)
        {
            authorizers.Add(new RequirementAuthorizer("require", requirement, clock));
        }
        else if (rule is { Form: RuleForm.AuthProxy, Authorizers.Count: 0 })
        {
            authorizers.Add(AllowAuthorizer.Instance);
        }

        return authorizers;
    }

    // A rule that names error handlers has them speak first, about its maintenance too.
    private IReadOnlyList<IErrorHandler> PrepareErrors(Rule rule, long revision, ConfigFaults faults, Func<HandlerUse, FaultyHandler>? standIn)
    {
        var errors = handlers.Errors.Prepare(rule.Errors, rule.Form, rule, revision, faults, standIn);
        return rule.Maintenance is null ? errors : [.. errors, MaintenancePage.Instance];
    }

    private IReadOnlyList<IErrorHandler> PrepareFallback(RuleForm form, long revision, ConfigFaults faults)
    {
        IReadOnlyList<string> names = settings.Errors.Fallback.Count > 0 ? settings.Errors.Fallback : form == RuleForm.AuthProxy ? ["login", "json"] : ["json"];
        return handlers.Errors.Prepare(names.Select(name => new HandlerUse(name, null, "the configuration", 0, "errors.fallback")), form, null, revision, faults);
    }

    private static void Fault(Rule rule, string key, string message, ConfigFaults faults) =>
        faults.Add(new ConfigFault(rule.File, rule.Line, $"{rule}: {key}", message));
}
