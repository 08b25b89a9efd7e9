using System.Diagnostics;
using AuthProxy.Hosting.Tracing;
using AuthProxy.Proxy.Forwarding;

namespace AuthProxy.Proxy.Tests.Forwarding;

public class UpstreamTraceTests
{
    private const string Clients = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly TracingSettings Off = new("authproxy", null, 1, null);
    private static readonly TracingSettings On = Off with { Endpoint = new Uri("http://collector.test:4318/v1/traces") };

    [Fact]
    public void Upstream_learns_of_the_requests_own_span_in_the_clients_trace()
    {
        using var own = new Activity("request").SetParentId(Clients).Start();

        var told = Tell(Off);

        Assert.Equal(own.Id, told);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Span_of_the_call_tells_the_upstream_where_spans_are_sent()
    {
        using var own = new Activity("request").Start();

        Assert.Equal(Clients, Tell(On));
        Assert.NotNull(new UpstreamTrace(On).ForClient);
        Assert.Null(new UpstreamTrace(Off).ForClient);
    }

    [Fact]
    public void Request_without_a_trace_of_its_own_keeps_the_clients() => Assert.Equal(Clients, Tell(Off));

    private static string Tell(TracingSettings settings)
    {
        using var request = new HttpRequestMessage();
        request.Headers.TryAddWithoutValidation("traceparent", Clients);
        new UpstreamTrace(settings).Tell(request);
        return Assert.Single(request.Headers.GetValues("traceparent"));
    }
}
