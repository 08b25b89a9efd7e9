using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Forwarding.Live;
using AuthProxy.Proxy.Observability;
using AuthProxy.Rules;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>The end of the path: the request that every stage has let pass goes to its rule's upstream.</summary>
internal sealed class ForwardingMiddleware(
    IHttpForwarder forwarder, ForwardingTransformer transformer, IRefusalResponder refusals, ForwardingSettings settings, LiveExchanges live, ProxyMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Proxied();
        if (request.Match.Rule.Upstream is not { } upstream)
        {
            var (refusal, why) = ExplainMissing(request.Match.Rule.Rule);
            await refusals.WriteAsync(context, refusal, why);
            return;
        }

        if (!upstream.CanAddress(request.Received.Target))
        {
            await refusals.WriteAsync(context, ProxyRefusals.TargetMalformed, "without the rule's strip_path the path does not begin with a slash");
            return;
        }

        using var exchange = live.Begin(
            request.HasSubject ? request.Subject : null, request.Match.Rule.Rule.Timeouts.Response ?? settings.ResponseTimeout, request.Received.IsUpgrade);
        context.Features.Set(exchange);
        WatchBody(context, exchange);

        var error = await forwarder.SendAsync(context, upstream.Origin, upstream.Client, upstream.Protocol, transformer, exchange.Token);
        if (exchange.AnsweredAfter is { } elapsed)
        {
            metrics.UpstreamAnswered(request.Match.Rule.Rule.Id, elapsed);
        }

        if (exchange.Ended is { } end)
        {
            await FinishAsync(context, exchange, end);
        }
        else if (error == ForwarderError.None)
        {
            request.Trace.Note(TraceStage.Forward, upstream.Origin, TraceVerdict.Passed);
        }
        else
        {
            await RefuseAsync(context, error, exchange);
        }
    }

    private static void WatchBody(HttpContext context, LiveExchange exchange)
    {
        if (context.Proxied().Received.IsUpgrade)
        {
            ClosableUpgrade.Wrap(context, exchange);
            exchange.RequestSent();
        }
        else if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            context.Request.Body = new WatchedBody(context.Request.Body, exchange);
        }
        else
        {
            exchange.RequestSent();
        }
    }

    /// <summary>The session ended in the middle of it.</summary>
    private async Task FinishAsync(HttpContext context, LiveExchange exchange, ExchangeEnd end)
    {
        context.Proxied().Trace.Note(TraceStage.Forward, $"{end}", TraceVerdict.Refused);
        if (await exchange.FinishAsync(context.RequestAborted))
        {
            return;
        }

        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        await refusals.WriteAsync(context, ProxyRefusals.CredentialsInvalid, "the session ended while the request was under way");
    }

    private async Task RefuseAsync(HttpContext context, ForwarderError error, LiveExchange exchange)
    {
        // An answer that has begun can only be cut, and nobody is left to read another.
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Proxied().Trace.Note(TraceStage.Forward, error.ToString(), TraceVerdict.Refused);
            return;
        }

        var (refusal, why) = IsTooLarge(context.GetForwarderErrorFeature()?.Exception)
            ? (ProxyRefusals.BodyTooLarge, "the body is larger than the rule takes")
            : Explain(error, exchange);
        await refusals.WriteAsync(context, refusal, why);
    }

    private static (Refusal Refusal, string Why) ExplainMissing(Rule rule) => rule.Upstream is { IsInvalid: true }
        ? (ProxyRefusals.UpstreamUnreachable, "the rule's upstream is no address; the fault was told when the rules were loaded")
        : (ProxyRefusals.UpstreamMissing, "the rule names no upstream");

    // The body was cut at a limit; the forwarding only sees that it could not be read.
    private static bool IsTooLarge(Exception? fault) => fault switch
    {
        null => false,
        BadHttpRequestException malformed => malformed.StatusCode == StatusCodes.Status413PayloadTooLarge,
        AggregateException several => several.InnerExceptions.Any(IsTooLarge),
        _ => IsTooLarge(fault.InnerException),
    };

    private static (Refusal Refusal, string Why) Explain(ForwarderError error, LiveExchange exchange) => error switch
    {
        _ when exchange.IsLate => (ProxyRefusals.UpstreamTimeout, "no answer began within the response timeout"),
        ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout => (ProxyRefusals.UpstreamTimeout, "the upstream fell silent"),
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled => (ProxyRefusals.RequestMalformed, "the client's body ended early or was malformed"),
        _ => (ProxyRefusals.UpstreamUnreachable, $"forwarding failed: {error}"),
    };
}
