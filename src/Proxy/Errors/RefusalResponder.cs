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

        if (Choose(context, request, answer, out var fault) is { } handler)
        {
            await handler.WriteAsync(context, answer, context.RequestAborted);
            return;
        }

        logger.ErrorHandlersUndecided(request?.Rule?.Rule.Id, fault);
        await PlainAnswer.WriteAsync(context, answer);
    }

    private IErrorHandler? Choose(HttpContext context, ProxiedRequest? request, RefusalAnswer answer, out string fault)
    {
        fault = "no error handler is responsible";
        if (request?.Rule is { Errors.Count: > 0 } rule && Choose(rule.Errors, rule.AsksOneErrorHandler, context, answer, ref fault) is { } own)
        {
            return own;
        }

        return fault == Undecided ? null : Choose(rules.Current.FallbackErrors, oneOnly: false, context, answer, ref fault);
    }

    private const string Undecided = "more than one error handler is responsible";

    private static IErrorHandler? Choose(IReadOnlyList<IErrorHandler> handlers, bool oneOnly, HttpContext context, RefusalAnswer answer, ref string fault)
    {
        IErrorHandler? chosen = null;
        for (var index = 0; index < handlers.Count; index++)
        {
            if (!handlers[index].Answers(context, answer.Refusal))
            {
                continue;
            }

            if (chosen is not null)
            {
                fault = Undecided;
                return null;
            }

            chosen = handlers[index];
            if (!oneOnly)
            {
                return chosen;
            }
        }

        return chosen;
    }
}
