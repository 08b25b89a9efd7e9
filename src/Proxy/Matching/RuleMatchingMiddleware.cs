using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Errors;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Matching;

/// <summary>Which rule is this request held to? Exactly one is the only way on.</summary>
internal sealed class RuleMatchingMiddleware(RequestDelegate next, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        var received = request.Received;
        var set = request.Rules;
        var facts = new RequestFacts(received.Method, received.Address.Scheme, received.Address.Host, received.Target);
        switch (set.RuleSet.Find(in facts))
        {
            case RuleLookup.One one when set.TryFind(one.Rule, out var rule):
                request.Match = new RuleMatch(set, rule, one.Captures(in facts));
                request.Trace.Note(TraceStage.Match, one.Rule.Id, TraceVerdict.Passed);
                return next(context);
            case RuleLookup.None:
                return RefuseAsync(context, ProxyRefusals.RuleMissing, "no rule matches");
            case RuleLookup.Several several:
                return RefuseAsync(context, ProxyRefusals.RuleAmbiguous, $"more than one rule matches: {string.Join(", ", several.Rules.Take(5).Select(rule => rule.Id))}");
            case RuleLookup.Failed failed:
                return RefuseAsync(context, ProxyRefusals.RuleUndecided, $"rule {failed.Rule.Id}: {failed.Why}");
            case RuleLookup.Refused refused:
                return RefuseAsync(context, ProxyRefusals.TargetMalformed, $"{refused.Fault}: {refused.Why}");
            default:
                // A new kind of answer stops here until someone decides what it means.
                return RefuseAsync(context, ProxyRefusals.RuleUndecided, "the rule set gave no answer");
        }
    }

    private Task RefuseAsync(HttpContext context, Refusal refusal, string why)
    {
        context.Proxied().Trace.Note(TraceStage.Match, "rules", TraceVerdict.Refused, why);
        return refusals.WriteAsync(context, refusal, why);
    }
}
