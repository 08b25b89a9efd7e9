using System.Diagnostics;
using System.Net;
using AuthProxy.Hosting.Refusals;
using AuthProxy.Proxy.Addresses;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules;

namespace AuthProxy.Proxy.Sanitizing;

/// <summary>
/// Decides once what was asked, of whom and by whom, whoever says so: the client, or a proxy that asks about its client. There is one
/// reading of a target, so that a decision and a forwarded request can never be about two paths.
/// </summary>
internal sealed class RequestFreezer(PublicAddresses addresses, RuleSource rules)
{
    public FreezeOutcome Freeze(HttpContext context, ClaimedRequest claimed)
    {
        var set = rules.Current;
        return CanonicalTarget.Parse(claimed.Target, set.RuleSet.TargetOptions) switch
        {
            TargetOutcome.Canonical(var target) => Freeze(context, claimed, target, set),
            TargetOutcome.Malformed(var fault, var why) => new FreezeOutcome.Refused(ProxyRefusals.TargetMalformed, $"{fault}: {why}"),
            _ => throw new UnreachableException(),
        };
    }

    private FreezeOutcome Freeze(HttpContext context, ClaimedRequest claimed, CanonicalTarget target, PreparedRules set)
    {
        if (HttpMethods.IsTrace(claimed.Method) || HttpMethods.IsConnect(claimed.Method))
        {
            return new FreezeOutcome.Refused(
                ProxyRefusals.MethodNotAllowed, "TRACE would show the client what only the upstream may know, and CONNECT is for WebSockets only");
        }

        if (addresses.Find(claimed.Host, claimed.Scheme) is not { } address)
        {
            return new FreezeOutcome.Refused(ProxyRefusals.HostUnknown, "the host is none of serve.proxy.public_urls");
        }

        var headers = context.Request.Headers;
        var client = claimed.Client.IsIPv4MappedToIPv6 ? claimed.Client.MapToIPv4() : claimed.Client;
        return new FreezeOutcome.Frozen(new ProxiedRequest(
            new FrozenRequest(claimed.Method, address, target, headers, client, RequestKinds.Of(headers), claimed.IsUpgrade), set)
        {
            IsForwarded = claimed.IsForwarded,
        });
    }
}

/// <summary>A request in the words of whoever brings it, before any of them is checked.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Target">The request target, byte for byte.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">The host that the client named.</param>
/// <param name="Client">The client's address.</param>
/// <param name="IsUpgrade">Whether another protocol is asked for.</param>
/// <param name="IsForwarded">Whether the request is here and goes on from here.</param>
internal sealed record ClaimedRequest(string Method, string Target, string Scheme, string Host, IPAddress Client, bool IsUpgrade, bool IsForwarded);

/// <summary>What became of a claimed request.</summary>
internal abstract record FreezeOutcome
{
    private FreezeOutcome()
    {
    }

    /// <summary>It has one meaning, and this is it.</summary>
    public sealed record Frozen(ProxiedRequest Request) : FreezeOutcome;

    public sealed record Refused(Refusal Refusal, string Why) : FreezeOutcome;
}
