using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Cors;
using AuthProxy.Proxy.Decisions;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding;
using AuthProxy.Proxy.Limits;
using AuthProxy.Proxy.Limits.Rates;
using AuthProxy.Proxy.Maintenance;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Proxy.Observability;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Sanitizing;

namespace AuthProxy.Proxy;

/// <summary>What a request meets, in order. Order is security: it is written once, here.</summary>
internal static class ProxyPipeline
{
    public static void UseProxyPipeline(this IApplicationBuilder app) => app
        .UseMiddleware<AccessLogMiddleware>()           // one line and one count an answer
        .UseMiddleware<RefusalMiddleware>()             // whatever goes wrong below leaves as a refusal
        .UseMiddleware<RequestLimitMiddleware>()        // no more at once than can be served well
        .UseBackChannelLogout()                         // a provider tells that somebody logged out
        .UseDecidingStages()                            // may it pass, and what is the application told?
        .RunForwarding();                               // YARP takes it from here

    /// <summary>The stages that decide a request, for whoever asks: forwarding, and a rehearsal of rules.</summary>
    public static IApplicationBuilder UseDecidingStages(this IApplicationBuilder app) => app
        .UseMiddleware<CanonicalTargetMiddleware>()     // what is asked, of whom and by whom: decided once
        .UseReservedPaths()                             // our own endpoints: login, logout
        .UseMiddleware<PreflightMiddleware>()           // may a page of another origin ask? answered for the method it asks for
        .UseMiddleware<RuleMatchingMiddleware>()        // no rule, no way through
        .UseMiddleware<CorsMiddleware>()                // which pages may read the answer, whatever it will be?
        .UseMiddleware<BodyLimitMiddleware>()           // no larger than the rule takes
        .UseRuleStages();                               // the one implementation of what rules say

    /// <summary>The same for a request that another proxy holds and asks about.</summary>
    public static void UseDecisionPipeline(this IApplicationBuilder app) => app
        .UseMiddleware<AccessLogMiddleware>()
        .UseMiddleware<DecisionGuardMiddleware>()       // nothing but the end of this path may look like a yes
        .UseMiddleware<RefusalMiddleware>()
        .UseMiddleware<RequestLimitMiddleware>()
        .UseMiddleware<OriginalRequestMiddleware>()     // who asks, and about which request?
        .RefuseReservedPaths()                          // those are answered on the proxy's listener
        .UseMiddleware<RuleMatchingMiddleware>()
        .UseRuleStages()
        .RunDecisionAnswer();                           // yes, and what the upstream is to be told

    private static IApplicationBuilder UseRuleStages(this IApplicationBuilder app) => app
        .UseMiddleware<MaintenanceMiddleware>()         // is it being maintained?
        .UseMiddleware<RateLimitMiddleware>(RateLimitPlace.BeforeAuthentication) // not too often from this address?
        .UseMiddleware<DecisionTimeMiddleware>()        // the decision's time begins
        .UseMiddleware<AuthenticationMiddleware>()      // who is it?
        .UseMiddleware<CrossOriginMiddleware>()         // did one of our own pages ask?
        .UseMiddleware<RateLimitMiddleware>(RateLimitPlace.AfterAuthentication)  // not too often by this caller? no page that the check above refuses uses it up
        .UseMiddleware<AuthorizationMiddleware>()       // may they, and do they hold the grants?
        .UseMiddleware<MutationMiddleware>()            // tell the application, in our words
        .UseMiddleware<DecisionMadeMiddleware>();       // the decision's time ends: a stream may last
}
