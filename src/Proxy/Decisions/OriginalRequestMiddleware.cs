using System.Diagnostics;
using System.Net;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Decisions.Conventions;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Sanitizing;

namespace AuthProxy.Proxy.Decisions;

/// <summary>
/// The first stage of a decision: who asks, and about which request? Until the caller has proved who it is, nothing that the request
/// says of another one is looked at.
/// </summary>
internal sealed class OriginalRequestMiddleware(
    RequestDelegate next, Callers callers, TrustedNetworks trusted, RequestFreezer freezer, IRefusalResponder refusals)
{
    private const int LongestMethod = 32;

    public Task InvokeAsync(HttpContext context)
    {
        if (callers.Find(context) is not { } caller)
        {
            return RefuseAsync(context, ProxyRefusals.CallerUnknown, "the peer has not proved to be one of serve.decisions.callers");
        }

        // Seen by no stage from here on: a template could pass it on to an upstream.
        context.Request.Headers.Remove(CallerKey.Header);
        context.Decision().Caller = caller;
        return caller.Convention.Read(context) switch
        {
            OriginalRequest.Stated stated => DecideAsync(context, caller, stated),
            OriginalRequest.Unclear unclear => RefuseAsync(context, ProxyRefusals.RequestMalformed, $"caller {caller.Name}: {unclear.Why}"),
            OriginalRequest.Elsewhere => RefuseAsync(context, ProxyRefusals.EndpointUnknown, $"caller {caller.Name} asks for something else than a decision"),
            _ => throw new UnreachableException(),
        };
    }

    private Task DecideAsync(HttpContext context, Caller caller, OriginalRequest.Stated stated)
    {
        if (WhyMalformed(stated) is { } why)
        {
            return RefuseAsync(context, ProxyRefusals.RequestMalformed, $"caller {caller.Name}: {why}");
        }

        var headers = context.Request.Headers;
        if (Upgrades.IsUnknown(headers))
        {
            return RefuseAsync(context, ProxyRefusals.UpgradeRefused, "the client asks for another protocol than WebSocket, behind which nobody would decide");
        }

        var claimed = new ClaimedRequest(
            stated.Method, stated.Target, stated.Scheme.ToLowerInvariant(), stated.Host, ClientOf(context), Upgrades.IsStated(headers), IsForwarded: false);
        switch (freezer.Freeze(context, claimed))
        {
            case FreezeOutcome.Frozen frozen when !caller.MayAskAbout(frozen.Request.Received.Address.HostName):
                return RefuseAsync(context, ProxyRefusals.CallerNotAllowed, $"caller {caller.Name} may not ask about this host");

            // It cannot be told to the caller, which forwards what came: an application that routes by prefix would take /admin/../public for /admin.
            case FreezeOutcome.Frozen frozen when !IsAsItCame(stated.Target, frozen.Request.Received.Target.Path):
                return RefuseAsync(context, ProxyRefusals.TargetMalformed, "the path would have to be cleaned, and the caller forwards it as it came");
            case FreezeOutcome.Frozen frozen:
                context.Features.Set(frozen.Request);
                frozen.Request.Trace.Note(TraceStage.Target, caller.Name, TraceVerdict.Passed);
                return next(context);
            case FreezeOutcome.Refused refused:
                return RefuseAsync(context, refused.Refusal, $"caller {caller.Name}: {refused.Why}");
            default:
                throw new UnreachableException();
        }
    }

    private static string? WhyMalformed(OriginalRequest.Stated stated) =>
        stated.Method.Length > LongestMethod || !stated.Method.All(character => char.IsAsciiLetter(character) || character == '-') ? "it states no HTTP method"
        : !stated.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) && !stated.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? "it states neither http nor https"
        : !stated.Target.StartsWith('/') ? "it states no path"
        : null;

    // A trailing slash is all the same to Oathkeeper's rules, and to whatever routes by prefix.
    private static bool IsAsItCame(string target, string path)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var came = question < 0 ? target.AsSpan() : target.AsSpan(0, question);
        return came.SequenceEqual(path) || (came.Length == path.Length + 1 && came[^1] == '/' && came[..^1].SequenceEqual(path));
    }

    private IPAddress ClientOf(HttpContext context) =>
        trusted.ClientStatedIn(context.Request.Headers["X-Forwarded-For"].ToString()) ?? context.Connection.RemoteIpAddress ?? IPAddress.None;

    private Task RefuseAsync(HttpContext context, Refusal refusal, string why) => refusals.WriteAsync(context, refusal, why);
}
