using System.Net;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;
using Microsoft.AspNetCore.Http.Features;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>
/// The first stage: decides once what was asked, of whom and by whom. Everything behind it, the upstream included, sees this
/// decision and not the request's own many spellings.
/// </summary>
internal sealed class CanonicalTargetMiddleware(
    RequestDelegate next, PublicAddresses addresses, TrustedNetworks trusted, RuleSource rules, IRefusalResponder refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var set = rules.Current;
        return CanonicalTarget.Parse(raw, set.RuleSet.TargetOptions) switch
        {
            TargetOutcome.Canonical(var target) => DecideAsync(context, target, set),
            TargetOutcome.Malformed(var fault, var why) => refusals.WriteAsync(context, ProxyRefusals.TargetMalformed, $"{fault}: {why}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private Task DecideAsync(HttpContext context, CanonicalTarget target, PreparedRules set)
    {
        var headers = context.Request.Headers;
        var peer = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var believed = trusted.Contains(peer);

        var method = MethodOf(context);
        if (HttpMethods.IsTrace(method) || HttpMethods.IsConnect(method))
        {
            return refusals.WriteAsync(context, ProxyRefusals.MethodNotAllowed, "TRACE would show the client what only the upstream may know, and CONNECT is for WebSockets only");
        }

        if (headers.Host.Count != 1 || headers.Host[0] is not { } host)
        {
            return refusals.WriteAsync(context, ProxyRefusals.RequestMalformed, "the request does not name exactly one host");
        }

        // RFC 9112, section 3.2.2: the absolute form's authority and Host say the same, or somebody is being fooled.
        if (target.Authority is { } authority && !authority.Equals(host, StringComparison.OrdinalIgnoreCase))
        {
            return refusals.WriteAsync(context, ProxyRefusals.RequestMalformed, "the request target names another host than the Host header");
        }

        var scheme = context.Request.IsHttps ? "https" : "http";
        if (believed && !TryReadForwarded(headers, ref scheme, ref host))
        {
            return refusals.WriteAsync(context, ProxyRefusals.RequestMalformed, "a trusted network's forwarding headers hold more than one value, or none that is valid");
        }

        if (addresses.Find(host, scheme) is not { } address)
        {
            return refusals.WriteAsync(context, ProxyRefusals.HostUnknown, "the host is none of serve.proxy.public_urls");
        }

        var client = believed ? trusted.ClientBehind(peer, headers["X-Forwarded-For"].ToString()) : peer;
        context.Features.Set(new ProxiedRequest(new FrozenRequest(
            method, address, target, headers, Unmapped(client), RequestKinds.Of(headers), IsUpgrade(context)), set));
        return next(context);
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

    // Only what the forwarding would switch to: an offer of h2c, which some clients make with every request, is passed over.
    private static bool IsUpgrade(HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && IsTunnel(context.Request.Headers.Upgrade.ToString()))
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    private static bool IsTunnel(string protocol) =>
        protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase) || protocol.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase);

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
