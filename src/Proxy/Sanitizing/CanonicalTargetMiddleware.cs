using System.Diagnostics;
using System.Net;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>
/// The first stage: decides once what was asked, of whom and by whom. Everything behind it, the upstream included, sees this
/// decision and not the request's own many spellings.
/// </summary>
internal sealed class CanonicalTargetMiddleware(RequestDelegate next, TrustedNetworks trusted, RequestFreezer freezer, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Host.Count != 1 || headers.Host[0] is not { } host)
        {
            return refusals.WriteAsync(context, ProxyRefusals.RequestMalformed, "the request does not name exactly one host");
        }

        var (named, scheme) = (host, context.Request.IsHttps ? "https" : "http");
        var peer = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var believed = trusted.Contains(peer);
        if (believed && !TryReadForwarded(headers, ref scheme, ref host))
        {
            return refusals.WriteAsync(context, ProxyRefusals.RequestMalformed, "a trusted network's forwarding headers hold more than one value, or none that is valid");
        }

        var client = believed ? trusted.ClientBehind(peer, headers["X-Forwarded-For"].ToString()) : peer;
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        switch (freezer.Freeze(context, new ClaimedRequest(MethodOf(context), raw, scheme, host, client, IsUpgrade(context), IsForwarded: true)))
        {
            // RFC 9112, section 3.2.2: the absolute form's authority and Host say the same, or somebody is being fooled.
            case FreezeOutcome.Frozen { Request.Received.Target.Authority: { } authority } when !authority.Equals(named, StringComparison.OrdinalIgnoreCase):
                return refusals.WriteAsync(context, ProxyRefusals.RequestMalformed, "the request target names another host than the Host header");
            case FreezeOutcome.Frozen frozen:
                context.Features.Set(frozen.Request);
                return next(context);
            case FreezeOutcome.Refused refused:
                return refusals.WriteAsync(context, refused.Refusal, refused.Why);
            default:
                throw new UnreachableException();
        }
    }

    private static bool TryReadForwarded(IHeaderDictionary headers, ref string scheme, ref string host)
    {
        var forwardedScheme = headers["X-Forwarded-Proto"];
        var forwardedHost = headers["X-Forwarded-Host"];
        if (forwardedScheme.Count > 1 || forwardedHost.Count > 1)
        {
            return false;
        }

        host = forwardedHost.Count == 1 ? forwardedHost[0]! : host;
        if (forwardedScheme.Count == 1)
        {
            scheme = forwardedScheme[0]!.ToLowerInvariant();
        }

        return scheme is "http" or "https";
    }

    // WebSocket over HTTP/2 (RFC 8441) is a CONNECT; a rule speaks of the GET that it is over HTTP/1.1.
    private static string MethodOf(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" } ? HttpMethods.Get : context.Request.Method;

    private static bool IsUpgrade(HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && Upgrades.IsTunnel(context.Request.Headers.Upgrade.ToString()))
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
}
