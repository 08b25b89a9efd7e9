using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Rules;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>The end of the path: the request that every stage has let pass goes to its rule's upstream.</summary>
internal sealed class ForwardingMiddleware(
    IHttpForwarder forwarder, ForwardingTransformer transformer, IRefusalResponder refusals, ForwardingSettings settings, TimeProvider time)
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

        using var deadline = new ResponseDeadline(request.Match.Rule.Rule.Timeouts.Response ?? settings.ResponseTimeout, time);
        context.Features.Set(deadline);
        WatchBody(context, deadline);

        var error = await forwarder.SendAsync(context, upstream.Origin, upstream.Client, upstream.Protocol, transformer, deadline.Token);
        if (error == ForwarderError.None)
        {
            request.Trace.Note(TraceStage.Forward, upstream.Origin, TraceVerdict.Passed);
            return;
        }

        await RefuseAsync(context, error, deadline);
    }

    private static void WatchBody(HttpContext context, ResponseDeadline deadline)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true && !context.Proxied().Received.IsUpgrade)
        {
            context.Request.Body = new WatchedBody(context.Request.Body, deadline);
        }
        else
        {
            deadline.Arm();
        }
    }

    private async Task RefuseAsync(HttpContext context, ForwarderError error, ResponseDeadline deadline)
    {
        // An answer that has begun can only be cut, and nobody is left to read another.
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Proxied().Trace.Note(TraceStage.Forward, error.ToString(), TraceVerdict.Refused);
            return;
        }

        var (refusal, why) = IsTooLarge(context.GetForwarderErrorFeature()?.Exception)
            ? (ProxyRefusals.BodyTooLarge, "the body is larger than the rule takes")
            : Explain(error, deadline);
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

    private static (Refusal Refusal, string Why) Explain(ForwarderError error, ResponseDeadline deadline) => error switch
    {
        _ when deadline.HasPassed => (ProxyRefusals.UpstreamTimeout, "no answer began within the response timeout"),
        ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout => (ProxyRefusals.UpstreamTimeout, "the upstream fell silent"),
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled => (ProxyRefusals.RequestMalformed, "the client's body ended early or was malformed"),
        _ => (ProxyRefusals.UpstreamUnreachable, $"forwarding failed: {error}"),
    };
}
