using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Edges;

/// <summary>What one client, and all of them together, may take. Bodies have no limit here: they stream, and rules that hold one have their own.</summary>
public sealed record EdgeLimits(
    int RequestLineBytes,
    int HeaderBytes,
    int HeaderCount,
    TimeSpan HeaderTimeout,
    TimeSpan IdleTimeout,
    int Connections,
    int Requests,
    int StreamsPerConnection)
{
    /// <summary>They hold for all listeners of the process; connections are counted for each listener by itself, so that a flood on one leaves the probes alone.</summary>
    public static readonly Schema<EdgeLimits> Schema = Declare.Object<EdgeLimits>("limits", "What clients may take.", o =>
    {
        var line = o.Bytes("request_line", "Method, target and version together; past it 414.").Default("8KiB").AtLeast("1KiB").AtMost("1MiB");
        var bytes = o.Bytes("headers", "All header lines of a request together; past it 431.").Default("32KiB").AtLeast("4KiB").AtMost("1MiB");
        var count = o.Integer("header_count", "Header lines of a request; past it 431.").Default(100).AtLeast(10).AtMost(1000);
        var read = o.Duration("header_timeout", "Time for all header lines to arrive; past it 408.").Default("15s").AtLeast("1s").AtMost("10m");
        var idle = o.Duration("idle_timeout", "Time after which an unused connection is closed.").Default("120s").AtLeast("1s").AtMost("1h");
        var connections = o.Integer("connections", "Open connections a listener; further ones are closed.").Default(10_000).AtLeast(1).AtMost(1_000_000);
        var requests = o.Integer("requests", "Requests and streams under way; past it 503.").Default(5_000).AtLeast(1).AtMost(1_000_000);
        var streams = o.Integer("streams", "HTTP/2 streams of one connection.").Default(100).AtLeast(1).AtMost(10_000);
        return values => new EdgeLimits(
            (int)values.Get(line), (int)values.Get(bytes), values.Get(count), values.Get(read), values.Get(idle), values.Get(connections), values.Get(requests), values.Get(streams));
    });

    public static readonly EdgeLimits Default =
        new(8 * 1024, 32 * 1024, 100, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(120), 10_000, 5_000, 100);
}
