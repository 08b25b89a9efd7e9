using System.Net;
using AuthProxy.Hosting.Refusals;
using Microsoft.Extensions.Primitives;

namespace AuthProxy.Proxy.Errors.When;

/// <summary>One entry of <c>when</c>: everything that it names must hold.</summary>
/// <param name="Errors">Names of statuses (<c>unauthorized</c>); empty: any.</param>
/// <param name="ContentTypes">Media types of the request's body; empty: any.</param>
/// <param name="Accepts">Media types that the client wants; empty: any.</param>
/// <param name="Networks">Where the client is; empty: anywhere.</param>
internal sealed record ErrorCondition(
    IReadOnlyList<string> Errors, IReadOnlyList<string> ContentTypes, IReadOnlyList<string> Accepts, IReadOnlyList<IPNetwork> Networks)
{
    public bool Holds(HttpContext context, Refusal refusal) =>
        (Errors.Count == 0 || Errors.Contains(NameOf(refusal.Status), StringComparer.Ordinal))
        && (ContentTypes.Count == 0 || Covers(ContentTypes, context.Request.Headers.ContentType))
        && (Accepts.Count == 0 || Covers(Accepts, context.Request.Headers.Accept))
        && (Networks.Count == 0 || Contains(ClientOf(context)));

    /// <summary>Oathkeeper's name of an error: the status text in lower case with underscores.</summary>
    public static string NameOf(int status) => status switch
    {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        413 => "request_entity_too_large",
        415 => "unsupported_media_type",
        421 => "misdirected_request",
        429 => "too_many_requests",
        502 => "bad_gateway",
        503 => "service_unavailable",
        504 => "gateway_timeout",
        _ => "internal_server_error",
    };

    private static bool Covers(IReadOnlyList<string> wanted, StringValues header)
    {
        if (header.Count == 0)
        {
            return Covers(wanted, "application/octet-stream");
        }

        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var element = line.AsSpan(range);
                var parameters = element.IndexOf(';');
                if (Covers(wanted, (parameters < 0 ? element : element[..parameters]).Trim()))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // A wildcard in the request is only equal to itself: curl's */* is no wish for a web page.
    private static bool Covers(IReadOnlyList<string> wanted, ReadOnlySpan<char> mediaType)
    {
        foreach (var pattern in wanted)
        {
            if (pattern == "*/*"
                || mediaType.Equals(pattern, StringComparison.OrdinalIgnoreCase)
                || (pattern.EndsWith("/*", StringComparison.Ordinal) && mediaType.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    private static IPAddress? ClientOf(HttpContext context) =>
        context.Features.Get<ProxiedRequest>()?.Received.Client ?? context.Connection.RemoteIpAddress;

    private bool Contains(IPAddress? client) => client is not null && Networks.Any(network => network.Contains(client));
}
