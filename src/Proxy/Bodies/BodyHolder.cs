using AuthProxy.Hosting.Refusals;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Bodies;

/// <summary>Holds the body of a request that has to be read before it may pass, and leaves the same bytes for whoever reads it next.</summary>
internal sealed class BodyHolder(HeldBodyBudget budget, HeldBodyLimits limits, TimeProvider clock)
{
    // Kestrel lets bodies take their time, because streams do. A held one uses the common budget while it trickles in.
    private const double SlowestBytesPerSecond = 64 * 1024;

    /// <summary>Holds the whole body; a body that a stage before has held is not read again.</summary>
    /// <param name="context">The request, whose body is read.</param>
    /// <param name="request">Where the held body is left for later stages.</param>
    /// <param name="limit">How many bytes may be held for this request; a larger body is refused.</param>
    /// <param name="cancellation">The client has gone.</param>
    public async ValueTask<HeldBodyOutcome> HoldAsync(HttpContext context, ProxiedRequest request, int limit, CancellationToken cancellation)
    {
        if (request.HeldBody is { } earlier)
        {
            return earlier.Length > limit ? TooLarge(limit) : OutcomeOf(earlier);
        }

        if (!request.IsForwarded)
        {
            return HoldNothing(context, request);
        }

        if (!MayHaveBody(context))
        {
            return HeldBodyOutcome.Empty.Instance;
        }

        if (context.Request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        using var deadline = new CancellationTokenSource(limits.Patience + TimeSpan.FromSeconds(limit / SlowestBytesPerSecond), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            return await ReadAsync(context, request, limit, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Refuse(ProxyRefusals.BodyTimeout, "the body did not arrive in time");
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refuse(ProxyRefusals.BodyTooLarge, "the body is larger than the listener takes");
        }
        catch (Exception fault) when (fault is BadHttpRequestException or IOException)
        {
            return Refuse(ProxyRefusals.RequestMalformed, "the body did not arrive whole");
        }
    }

    // A caller of decisions sends no body, or a part of it, and nothing says whether the client's has one; only these methods give it no meaning.
    private static HeldBodyOutcome HoldNothing(HttpContext context, ProxiedRequest request) =>
        (HttpMethods.IsGet(request.Received.Method) || HttpMethods.IsHead(request.Received.Method)) && !MayHaveBody(context)
            ? HeldBodyOutcome.Empty.Instance
            : Refuse(ProxyRefusals.GrantsNeedForwarding, "the rule needs the body, which stays with the caller of a decision");

    private static bool MayHaveBody(HttpContext context) =>
        context.Request.ContentLength != 0
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    private async ValueTask<HeldBodyOutcome> ReadAsync(HttpContext context, ProxiedRequest request, int limit, CancellationToken cancellation)
    {
        var held = new HeldBody(budget);
        context.Response.RegisterForDispose(held);
        if (await FillAsync(held, context.Request.Body, limit, cancellation) is { } refused)
        {
            return refused;
        }

        if (context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true, Trailers.Count: > 0 })
        {
            return Refuse(ProxyRefusals.BodyUnreadable, "the body has trailers, which would be lost");
        }

        request.HeldBody = held;
        context.Request.Body = new HeldBodyStream(held);
        return OutcomeOf(held);
    }

    private static async ValueTask<HeldBodyOutcome?> FillAsync(HeldBody held, Stream body, int limit, CancellationToken cancellation)
    {
        while (held.Length < limit)
        {
            var room = held.MakeRoom(limit);
            if (room.IsEmpty)
            {
                return Refuse(ProxyRefusals.Overloaded, "all held bodies together reached their budget");
            }

            var count = await body.ReadAsync(room, cancellation);
            if (count == 0)
            {
                return null;
            }

            held.Advance(count);
        }

        return await body.ReadAsync(new byte[1], cancellation) == 0 ? null : TooLarge(limit);
    }

    private static HeldBodyOutcome OutcomeOf(HeldBody held) => held.Length == 0 ? HeldBodyOutcome.Empty.Instance : new HeldBodyOutcome.Held(held);

    private static HeldBodyOutcome.Refused TooLarge(int limit) =>
        Refuse(ProxyRefusals.BodyTooLarge, $"the body is larger than the {limit} bytes that may be held for it");

    private static HeldBodyOutcome.Refused Refuse(Refusal refusal, string why) => new(refusal, why);
}

/// <summary>What became of a request's body.</summary>
internal abstract record HeldBodyOutcome
{
    private HeldBodyOutcome()
    {
    }

    /// <summary>The request has none, or one without bytes.</summary>
    public sealed record Empty : HeldBodyOutcome
    {
        public static readonly Empty Instance = new();
    }

    /// <summary>Whole, in memory until the request ends, and readable again from the request.</summary>
    public sealed record Held(HeldBody Body) : HeldBodyOutcome;

    public sealed record Refused(Refusal Refusal, string Why) : HeldBodyOutcome;
}
