using System.Diagnostics;
using AuthProxy.Hosting.Tracing;
using Yarp.ReverseProxy.Forwarder;

namespace AuthProxy.Proxy.Forwarding;

/// <summary>
/// Tells upstreams which trace a request belongs to (W3C Trace Context), so that their logs can be joined with ours. Where spans are sent,
/// the HTTP client makes one of its own for each call and tells the upstream of that; where none are, nobody would ever see it, and the
/// upstream learns the request's own.
/// </summary>
internal sealed class UpstreamTrace(TracingSettings settings)
{
    private readonly ReverseProxyPropagator _propagator = new(DistributedContextPropagator.Current);

    /// <summary>For the HTTP client; null where it need not make a span.</summary>
    public DistributedContextPropagator? ForClient => settings.Endpoint is null ? null : _propagator;

    /// <summary>Puts the request's own trace in place of what the client said of one, where no span of the call does so.</summary>
    public void Tell(HttpRequestMessage request)
    {
        if (ForClient is null && Activity.Current is { } trace)
        {
            _propagator.Inject(trace, request, static (carrier, name, value) => ((HttpRequestMessage)carrier!).Headers.TryAddWithoutValidation(name, value));
        }
    }
}
