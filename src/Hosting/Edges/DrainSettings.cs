using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Hosting.Edges;

/// <summary>How the service ends. Both together should stay below the pod's grace period.</summary>
public sealed record DrainSettings(TimeSpan Delay, TimeSpan Timeout)
{
    public static readonly Schema<DrainSettings> Schema = Declare.Object<DrainSettings>("drain", "How the service ends after SIGTERM.", o =>
    {
        var delay = o.Duration("delay", "Time from \"not ready\" to the end of accepting, in which load balancers take note; Ctrl-C skips it.").Default("5s").AtLeast("0s").AtMost("10m");
        var timeout = o.Duration("timeout", "Time for requests and streams to end by themselves; then they are ended.").Default("20s").AtLeast("0s").AtMost("1h");
        return read => new DrainSettings(read.Get(delay), read.Get(timeout));
    });

    public static readonly DrainSettings Default = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20));
}
