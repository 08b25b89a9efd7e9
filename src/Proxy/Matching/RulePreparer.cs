using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Authorization.Allow;
using AuthProxy.Proxy.Authorization.Claims;
using AuthProxy.Proxy.Authorization.Grants;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding;
using AuthProxy.Proxy.Sanitizing;
using AuthProxy.Rules;
using AuthProxy.Rules.Loading;

namespace AuthProxy.Proxy.Matching;

/// <summary>Turns rules as written into rules that can be run: every handler made, every fault told.</summary>
internal sealed class RulePreparer(HandlerCatalogue handlers, UpstreamFactory upstreams, GrantCheckFactory grants, ProxySettings settings)
{
    /// <summary>Null, with the faults told, where anything is wrong: a set is taken whole or not at all.</summary>
    public PreparedRules? Prepare(RuleLoad read, long revision, ConfigFaults faults)
    {
        var rules = read.Rules;
        var prepared = rules.Select(rule => Prepare(rule, revision, faults)).ToList();
        var fallback = PrepareFallback(rules.Count > 0 ? rules[0].Form : RuleForm.AuthProxy, revision, faults);
        if (read.Set is not { } set || faults.Any)
        {
            return null;
        }

        var names = prepared.SelectMany(rule => rule.Mutators).SelectMany(mutator => mutator.HeaderNames).ToList();
        return new PreparedRules(set, prepared, UntrustedHeaders.Reserve(names), fallback, revision) { IdentityHeaderNames = UntrustedHeaders.OfIdentity(names) };
    }

    private PreparedRule Prepare(Rule rule, long revision, ConfigFaults faults)
    {
        var authenticators = handlers.Authenticators.Prepare(rule.Authenticators, rule.Form, rule, revision, faults);
        var prepared = new PreparedRule(
            rule,
            authenticators,
            PrepareAuthorizers(rule, revision, faults),
            rule.Grants is null ? null : grants.Create(rule, faults),
            handlers.Mutators.Prepare(rule.Mutators, rule.Form, rule, revision, faults),
            handlers.Errors.Prepare(rule.Errors, rule.Form, rule, revision, faults),
            upstreams.Create(rule, faults))
        {
            Revision = revision,
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
    private List<IAuthorizer> PrepareAuthorizers(Rule rule, long revision, ConfigFaults faults)
    {
        var authorizers = handlers.Authorizers.Prepare(rule.Authorizers, rule.Form, rule, revision, faults).ToList();
        if (rule.Require is { } requirement)
        {
            authorizers.Add(new RequirementAuthorizer("require", requirement));
        }
        else if (rule is { Form: RuleForm.AuthProxy, Authorizers.Count: 0 })
        {
            authorizers.Add(AllowAuthorizer.Instance);
        }

        return authorizers;
    }

    private IReadOnlyList<IErrorHandler> PrepareFallback(RuleForm form, long revision, ConfigFaults faults)
    {
        IReadOnlyList<string> names = settings.Errors.Fallback.Count > 0 ? settings.Errors.Fallback : form == RuleForm.AuthProxy ? ["login", "json"] : ["json"];
        return handlers.Errors.Prepare(names.Select(name => new HandlerUse(name, null, "the configuration", 0, "errors.fallback")), form, null, revision, faults);
    }

    private static void Fault(Rule rule, string key, string message, ConfigFaults faults) =>
        faults.Add(new ConfigFault(rule.File, rule.Line, $"{rule}: {key}", message));
}
