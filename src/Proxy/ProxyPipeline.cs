using AuthProxy.Proxy.Authentication;
using AuthProxy.Proxy.Authorization;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding;
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
        .UseDecision()                                  // may it pass, and what is the application told?
        .RunForwarding();                               // YARP takes it from here

    /// <summary>The stages that decide a request, for whoever asks: forwarding, and a rehearsal of rules.</summary>
    public static IApplicationBuilder UseDecision(this IApplicationBuilder app) => app
        .UseMiddleware<CanonicalTargetMiddleware>()     // what is asked, of whom and by whom: decided once
        .UseReservedPaths()                             // our own endpoints: login, logout
        .UseMiddleware<RuleMatchingMiddleware>()        // no rule, no way through
        .UseMiddleware<AuthenticationMiddleware>()      // who is it?
        .UseMiddleware<CrossOriginMiddleware>()         // did one of our own pages ask?
        .UseMiddleware<AuthorizationMiddleware>()       // may they, and do they hold the grants?
        .UseMiddleware<MutationMiddleware>();           // tell the application, in our words
}
