using AuthProxy.Hosting.Configuration;
using AuthProxy.Rules.Grants;
using AuthProxy.Rules.Policies;

namespace AuthProxy.Rules.Loading;

/// <summary>A file of our form.</summary>
public static class RuleFile
{
    private static readonly Schema<RuleTreatment> Defaults = Declare.Object<RuleTreatment>("defaults", "What the rules of this file say unless they say otherwise.", o =>
    {
        var treatment = new TreatmentKeys(o);
        return treatment.Read;
    });

    private static readonly Schema<RuleDraft?> Draft = Declare.Object<RuleDraft?>("rule", "Which requests it is for and what it asks of them.", o =>
    {
        var id = o.Text("id", "The rule's name in logs, metrics and traces; unique.").NotEmpty("give the rule a name");
        var description = o.Text("description", "For people.").Default("");
        var match = o.Value("match", MatchSchema.Schema, "Which requests the rule is for; the most specific rule wins.");
        var treatment = new TreatmentKeys(o);
        var require = o.Value("require", RequirementSchema.Schema, "What the subject's claims must say; all of it. acr and auth_age say how, and how lately, the person must have signed in: who has not is asked to sign in again.").Optional();
        var grants = o.Value("grants", GrantSchema.Schema, "What the session must hold before the upstream sees the request.").Optional();
        var tests = o.List("tests", RuleTestSchema.Schema, "Requests and what must become of them; rules whose tests fail never go into force.");
        return read => new RuleDraft(
            read.Get(id), read.Get(description), read.Get(match)!, treatment.Read(read), read.Get(require), read.Get(grants), read.Get(tests), read.Node);
    });

    private static readonly Schema<(RuleTreatment Defaults, IReadOnlyList<RuleDraft?> Rules)> File =
        Declare.Object<(RuleTreatment, IReadOnlyList<RuleDraft?>)>("rules", "Rules of our form.", o =>
        {
            var version = o.Choice("version", "The form of this file.", ("authproxy/v1", 1));
            var defaults = o.Object("defaults", Defaults, "What the rules of this file say unless they say otherwise.");
            var rules = o.List("rules", Draft, "The rules, in any order.").NotEmpty("write at least one rule");
            return read => (read.Get(defaults), read.Get(rules));
        });

    /// <summary>What may be written in a rule file of our form.</summary>
    public static Schema Schema => File;

    internal static IReadOnlyList<Rule> Read(ConfigMapping root, ConfigFaults faults)
    {
        if (!File.TryRead(root, faults, out var file))
        {
            return [];
        }

        var rules = new List<Rule>(file.Rules.Count);
        foreach (var (index, draft) in file.Rules.Index())
        {
            if (Assemble(draft!, draft!.Treatment.Over(file.Defaults), index, faults) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    private static Rule? Assemble(RuleDraft draft, RuleTreatment treatment, int index, ConfigFaults faults)
    {
        var before = faults.Count;
        if (treatment.Authenticators is null)
        {
            faults.Add(draft.Node, "has no authenticators; name some here or under defaults");
        }

        if (treatment.Upstream is null)
        {
            faults.Add(draft.Node, "has no upstream; name one here or under defaults");
        }

        if (draft.Grants is not null)
        {
            CheckGrants(draft, draft.Grants, treatment, faults);
        }

        WarnOfPolicies(draft, treatment, faults);

        var tests = RuleTests.Of(draft.Tests, draft.Pattern.Host, draft.Node, index, faults);

        return faults.Count > before ? null : new Rule
        {
            Id = draft.Id,
            Form = RuleForm.AuthProxy,
            Description = draft.Description,
            Pattern = draft.Pattern,
            Authenticators = Named(treatment.Authenticators),
            Authorizers = [.. (treatment.Authorizers ?? []).Select(use => use.Select(Name))],
            Mutators = Named(treatment.Mutators),
            Errors = Named(treatment.Errors),
            Require = draft.Require,
            Grants = draft.Grants,
            Upstream = treatment.Upstream,
            AllowCrossOrigin = treatment.AllowCrossOrigin ?? false,
            // Nobody reads the frames of a WebSocket: beside grants it takes the rule's own word, not a default's.
            AllowWebSocket = draft.Grants is null ? treatment.AllowWebSocket ?? true : draft.Treatment.AllowWebSocket ?? false,
            AllowEncodedSlash = treatment.AllowEncodedSlash ?? false,
            Timeouts = treatment.Timeouts ?? RuleTimeouts.None,
            RateLimits = treatment.RateLimits ?? [],
            Cors = treatment.Cors?.Value,
            Maintenance = treatment.Maintenance?.Value,
            MaxBody = treatment.MaxBody,
            Tests = tests,
            File = draft.Node.File,
            Line = draft.Node.Line,
        };

        IReadOnlyList<HandlerUse> Named(IReadOnlyList<HandlerUse>? uses) => [.. (uses ?? []).Select(Name)];

        HandlerUse Name(HandlerUse use) => use with { Key = RuleKeys.Relative(draft.Node, use.Key, index) };
    }

    private static void WarnOfPolicies(RuleDraft draft, RuleTreatment treatment, ConfigFaults faults)
    {
        // Reading with a session cookie works; what may change something meets the cross-origin check, and that is easily taken for a fault of CORS.
        if (treatment is { Cors.Value.AllowCredentials: true, AllowCrossOrigin: not true }
            && draft.Pattern.Methods is var methods && (methods.Count == 0 || methods.Any(method => method is not ("GET" or "HEAD" or "OPTIONS"))))
        {
            faults.Warn(draft.Node, "lets pages of other origins send cookies by cors.allow_credentials, and refuses what they want to change with a session; write cross_origin: allow if those origins may");
        }

        if (treatment.RateLimits?.Any(limit => limit.By is RateLimitBy.Subject or RateLimitBy.Session) == true && NobodyIsKnown(treatment))
        {
            faults.Warn(draft.Node, "limits by subject or session, and none of its authenticators learns who is calling; everybody counts by address");
        }
    }

    private static bool NobodyIsKnown(RuleTreatment treatment) =>
        treatment.Authenticators is { } authenticators && authenticators.All(use => use.Handler is "anonymous" or "noop" or "unauthorized");

    private static void CheckGrants(RuleDraft draft, GrantRequirement grants, RuleTreatment treatment, ConfigFaults faults)
    {
        var node = draft.Node["grants"]!;
        if (NobodyIsKnown(treatment))
        {
            faults.Add(node, "needs a session, and none of the rule's authenticators makes one; use oidc or jwt");
        }

        foreach (var selector in grants.Verify.Where(selector => selector.In == TokenPlace.Path && !draft.Pattern.CaptureNames.Contains(selector.Select)))
        {
            faults.Add(node, $"selects the path's '{selector.Select}', which match.path does not capture; write {{{selector.Select}}} in the path");
        }
    }
}
