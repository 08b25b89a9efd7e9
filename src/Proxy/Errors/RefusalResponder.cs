using System.Diagnostics;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.Observability;

namespace AuthProxy.Proxy.Errors;

/// <summary>The one place that ends a request: trace, log and metric learn the story, the client learns the reason.</summary>
internal interface IRefusalResponder
{
    /// <param name="context">The request that goes no further.</param>
    /// <param name="refusal">What the client may know.</param>
    /// <param name="why">What the operator should know; never a token, cookie, key or value.</param>
    Task WriteAsync(HttpContext context, Refusal refusal, string why);
}

/// <inheritdoc/>
internal sealed class RefusalResponder(RuleSource rules, ProxyMetrics metrics, ILogger<RefusalResponder> logger) : IRefusalResponder
{
    /// <summary>On every answer of ours, whatever its form, so that a redirect or a trailer names its reason too.</summary>
    public const string ReasonHeader = "X-AuthProxy-Refusal";

    public async Task WriteAsync(HttpContext context, Refusal refusal, string why)
    {
        // Before the target is understood there is no state yet; such requests are refused all the same.
        var request = context.Features.Get<ProxiedRequest>();
        var answer = new RefusalAnswer(refusal, SupportCode.Create());
        request?.Trace.Refused(refusal, why);
        metrics.Refused(refusal);
        logger.Refused(refusal.Reason, request?.Rule?.Rule.Id, why, answer.SupportCode, RefusalResponse.TraceIdOf(context));

        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.Headers[ReasonHeader] = refusal.Reason;
        if (refusal.Status == StatusCodes.Status429TooManyRequests)
        {
            request?.RateLimit.WriteTo(context.Response.Headers);
        }

        if (refusal.Status == StatusCodes.Status408RequestTimeout)
        {
            // The rest of the body is still on its way: the connection is good for nothing else.
            context.Response.Headers.Connection = "close";
        }

        // Trailers-only answers have status 200, which the caller of a decision would take for a yes.
        if (request is { Received.Kind: RequestKind.Grpc, IsForwarded: true })
        {
            GrpcRefusal.Write(context.Response, refusal);
            return;
        }

        var set = SetOf(request);
        switch (ErrorHandlerChoice.Make(context, refusal, request?.Rule, set))
        {
            case ErrorHandlerChoice.One one:
                await one.Handler.WriteAsync(context, answer, context.RequestAborted);
                return;
            case ErrorHandlerChoice.Nobody nobody:
                logger.ErrorHandlersUndecided(request?.Rule?.Rule.Id, nobody.Why);
                await PlainAnswer.WriteAsync(context, answer, request?.Rule?.Rule.Form ?? set.Form, nobody.Why);
                return;
            default:
                // A new kind of choice stops here until someone decides what it means.
                throw new UnreachableException();
        }
    }

    // The rules that decided the request also answer it; those before them know of no handlers at all.
    private PreparedRules SetOf(ProxiedRequest? request) => request is { Rules.FallbackErrors.Count: > 0 } ? request.Rules : rules.Current;
}
