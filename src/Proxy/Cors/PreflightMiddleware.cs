using AuthProxy.Proxy.Configuration;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Cors;

/// <summary>
/// May a page of another origin ask? Browsers send that question as an OPTIONS request without credentials; it is answered here,
/// by the rule of the method that it asks for, else by the listener's policy, and opens nothing but the browser's own gate: the
/// request itself meets every stage when it comes.
/// </summary>
internal sealed class PreflightMiddleware(RequestDelegate next, ProxyListenerSettings listener)
{
    private readonly CorsAnswers? _listener = listener.Cors is { } policy ? new CorsAnswers(policy) : null;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        if (_listener is null && !request.Rules.AnswersCors)
        {
            return next(context);
        }

        if (WantedMethod(request.Received) is { } method && (OfRule(request, method) ?? _listener) is { } answers)
        {
            answers.AnswerPreflight(context, method);
            return Task.CompletedTask;
        }

        if (_listener is not null)
        {
            ApplyUnlessARuleDoes(context, _listener);
        }

        return next(context);
    }

    // Without an origin or a method it is an application's own OPTIONS.
    private static string? WantedMethod(FrozenRequest received) =>
        HttpMethods.IsOptions(received.Method)
        && received.Headers.Origin.Count == 1
        && received.Headers.AccessControlRequestMethod is [{ Length: > 0 and <= 32 } wanted]
        && wanted.All(char.IsAsciiLetter)
            ? wanted.ToUpperInvariant()
            : null;

    private static CorsAnswers? OfRule(ProxiedRequest request, string method)
    {
        var (received, set) = (request.Received, request.Rules);
        var facts = new RequestFacts(method, received.Address.Scheme, received.Address.Host, received.Target);
        if (!set.AnswersCors || set.RuleSet.Find(in facts) is not RuleLookup.One one || !set.TryFind(one.Rule, out var rule) || rule.Cors is not { } answers)
        {
            return null;
        }

        request.Match = new RuleMatch(set, rule, one.Captures(in facts));
        request.Trace.Note(TraceStage.Match, one.Rule.Id, TraceVerdict.Passed, "a preflight, answered by the rule's cors");
        return answers;
    }

    private static void ApplyUnlessARuleDoes(HttpContext context, CorsAnswers listener) => context.Response.OnStarting(
        static state =>
        {
            var (context, answers) = ((HttpContext, CorsAnswers))state;
            if (context.Proxied().Rule?.Cors is null)
            {
                answers.Apply(context.Request.Headers.Origin, context.Response.Headers);
            }

            return Task.CompletedTask;
        },
        (context, listener));
}
