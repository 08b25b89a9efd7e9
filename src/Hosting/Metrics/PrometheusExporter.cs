using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AuthProxy.Hosting.Metrics;

/// <summary>Turns what the OpenTelemetry SDK aggregated into Prometheus' text when, and only when, somebody asks.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _gate = new();
    private byte[]? _rendered;

    /// <summary>Set by the SDK's reader.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>The text of all metrics as of now; null where the SDK could not collect.</summary>
    public byte[]? Render()
    {
        // One collection at a time: a flood of scrapes waits in line instead of multiplying the work.
        lock (_gate)
        {
            _rendered = null;
            return Collect?.Invoke(-1) == true ? _rendered : null;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText();
        foreach (var metric in batch)
        {
            text.Add(metric);
        }

        _rendered = text.ToUtf8();
        return ExportResult.Success;
    }
}
