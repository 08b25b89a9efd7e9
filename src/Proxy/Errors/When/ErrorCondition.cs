using System.Net;
using AuthProxy.Hosting.Refusals;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Errors.When;

/// <summary>One entry of <c>when</c>: everything that it names must hold.</summary>
/// <param name="Errors">Names of statuses (<c>unauthorized</c>); empty: any.</param>
/// <param name="ContentTypes">Media types of the request's body; empty: any.</param>
/// <param name="Accepts">Media types that the client wants; empty: any.</param>
/// <param name="Networks">Where the request comes from; empty: anywhere.</param>
/// <param name="BehindProxies">Whether that is the client behind trusted proxies, or the peer itself.</param>
internal sealed record ErrorCondition(
    IReadOnlyList<string> Errors, IReadOnlyList<string> ContentTypes, IReadOnlyList<string> Accepts, IReadOnlyList<IPNetwork> Networks, bool BehindProxies)
{
    /// <summary>Whether everything holds; the order is Oathkeeper's, so that a Content-Type only matters where the error fits.</summary>
    public Responsibility Check(HttpContext context, Refusal refusal)
    {
        if (Errors.Count > 0 && !Errors.Contains(StatusNames.NameOf(refusal.Status), StringComparer.Ordinal))
        {
            return Responsibility.NotMine;
        }

        var headers = context.Request.Headers;
        if (ContentTypes.Count > 0 && CheckContentType(headers.ContentType) is not Responsibility.Mine and var other)
        {
            return other;
        }

        return (Accepts.Count == 0 || MediaTypes.AnyCovered(headers.Accept, Accepts)) && (Networks.Count == 0 || ComesFromNetworks(context))
            ? Responsibility.Mine
            : Responsibility.NotMine;
    }

    private Responsibility CheckContentType(StringValues contentType) =>
        !MediaTypes.AreWellFormed(contentType) ? Responsibility.Undecidable
        : MediaTypes.AnyCovered(contentType, ContentTypes) ? Responsibility.Mine
        : Responsibility.NotMine;

    // What a client writes into X-Forwarded-For is nobody's address: only what trusted networks added counts, from the right.
    private bool ComesFromNetworks(HttpContext context)
    {
        var from = BehindProxies ? context.Features.Get<ProxiedRequest>()?.Received.Client : context.Connection.RemoteIpAddress;
        return from is not null && Networks.Any(network => network.Contains(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from));
    }
}
