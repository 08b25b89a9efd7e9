using System.Collections.Frozen;
using System.Net;
using AuthProxy.Proxy.Forwarding.Live;
using AuthProxy.Proxy.Sanitizing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>
/// Turns the client's request into the upstream's: every untrusted header gone, our own set afterwards, so that nothing the
/// client sends (a Connection header above all) can remove or double what we vouch for.
/// </summary>
internal sealed class ForwardingTransformer(UpstreamTrace trace) : HttpTransformer
{
    private const string EventStream = "text/event-stream";

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Proxied();
        var upstream = request.Match.Rule.Upstream!;

        proxyRequest.RequestUri = upstream.AddressOf(request.Received.Target);
        proxyRequest.Headers.Host = upstream.PreserveHost ? request.Received.Address.Host : null;
        CopyHeaders(request, proxyRequest);
        trace.Tell(proxyRequest);
        SetForwardedHeaders(request.Received, proxyRequest);
        foreach (var (name, value) in request.Identity.All)
        {
            Replace(proxyRequest, name, value);
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var forwardBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is not null)
        {
            await BeginAnswerAsync(httpContext, proxyResponse, cancellationToken);
            ResponseHygiene.Apply(httpContext.Response.Headers, httpContext.Proxied());

            // RFC 9110, section 8.6: 204 has none; the server would wait for the bytes and answer 500 in the end.
            if (proxyResponse.StatusCode == HttpStatusCode.NoContent)
            {
                httpContext.Response.ContentLength = null;
            }
        }

        return forwardBody;
    }

    private static async ValueTask BeginAnswerAsync(HttpContext context, HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (context.Features.Get<LiveExchange>() is not { } exchange)
        {
            return;
        }

        exchange.AnswerBegan();
        if (exchange.Subject is not null && answer.Content.Headers.ContentType?.MediaType == EventStream)
        {
            exchange.EndsBy(await EndableEvents.InsertAsync(answer, cancellation));
        }
    }

    private static void CopyHeaders(ProxiedRequest request, HttpRequestMessage proxyRequest)
    {
        var headers = request.Received.Headers;
        var reserved = request.Match.Set.ReservedHeaderNames;
        var connection = ConnectionOptions.NamesHeaders(headers.Connection) ? headers.Connection : StringValues.Empty;
        foreach (var (name, values) in headers)
        {
            if (Travels(request, name, reserved) && !(connection.Count > 0 && ConnectionOptions.Name(connection, name)))
            {
                Add(proxyRequest, name, name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? request.TravellingCookies : values);
            }
        }

        // gRPC servers want to see that the client reads trailers; it is the one TE value that may travel (RFC 9113, section 8.2.2).
        if (headers.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
        {
            proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.TE, "trailers");
        }

        // RFC 9112, section 6.3: with both, Transfer-Encoding counts and the length is an attempt to smuggle.
        if (headers.TransferEncoding.Count > 0)
        {
            proxyRequest.Content?.Headers.Remove(HeaderNames.ContentLength);
        }
    }

    private static bool Travels(ProxiedRequest request, string name, FrozenSet<string> reserved) =>
        name[0] != ':'
        && !UntrustedHeaders.Contains(name, reserved)
        && !request.HasConsumed(name);

    private static void SetForwardedHeaders(FrozenRequest received, HttpRequestMessage proxyRequest)
    {
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", received.Client.ToString());
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", received.Address.Scheme);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", received.Address.Host);
    }

    private static void Replace(HttpRequestMessage proxyRequest, string name, string value)
    {
        proxyRequest.Headers.Remove(name);
        proxyRequest.Headers.TryAddWithoutValidation(name, value);
    }

    private static void Add(HttpRequestMessage proxyRequest, string name, StringValues values)
    {
        if (values.Count == 1)
        {
            if (!proxyRequest.Headers.TryAddWithoutValidation(name, values[0]))
            {
                proxyRequest.Content?.Headers.TryAddWithoutValidation(name, values[0]);
            }
        }
        else if (values.Count > 1 && !proxyRequest.Headers.TryAddWithoutValidation(name, values.ToArray()))
        {
            proxyRequest.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }
    }
}
