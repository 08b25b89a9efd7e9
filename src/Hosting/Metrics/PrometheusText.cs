using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AuthProxy.Hosting.Metrics;

/// <summary>Prometheus' text format 0.0.4. All samples of one name must stand together, so families are gathered first.</summary>
internal sealed class PrometheusText
{
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    public void Add(Metric metric)
    {
        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
            _ => null,
        };
        if (type is null)
        {
            return;
        }

        var name = PrometheusNames.Metric(metric.Name, metric.Unit, type == "counter");
        if (!_families.TryGetValue(name, out var family))
        {
            _families[name] = family = new Family(type, metric.Description);
        }

        // Two meters may use one name; a second type under it would make the whole page unreadable.
        if (family.Type == type)
        {
            AddPoints(metric, name, family.Samples);
        }
    }

    public byte[] ToUtf8()
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var (name, family) in _families)
        {
            if (family.Samples.Length == 0)
            {
                continue;
            }

            if (family.Help.Length > 0)
            {
                text.Append("# HELP ").Append(name).Append(' ');
                PrometheusNames.AppendEscaped(text, family.Help, escapeQuote: false);
                text.Append('\n');
            }

            text.Append("# TYPE ").Append(name).Append(' ').Append(family.Type).Append('\n').Append(family.Samples);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AddPoints(Metric metric, string name, StringBuilder samples)
    {
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Append(samples, name, labels, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Append(samples, name, labels, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Append(samples, name, labels, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Append(samples, name, labels, point.GetGaugeLastValueDouble());
                    break;
                default:
                    AppendHistogram(samples, name, labels, point);
                    break;
            }
        }
    }

    private static void AppendHistogram(StringBuilder samples, string name, string labels, in MetricPoint point)
    {
        var below = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = $"le=\"{Number(bucket.ExplicitBound)}\"";
            Append(samples, name + "_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", below);
        }

        Append(samples, name + "_sum", labels, point.GetHistogramSum());
        Append(samples, name + "_count", labels, point.GetHistogramCount());
    }

    private static void Append(StringBuilder samples, string name, string labels, double value)
    {
        samples.Append(name);
        if (labels.Length > 0)
        {
            samples.Append('{').Append(labels).Append('}');
        }

        samples.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(ReadOnlyTagCollection tags)
    {
        if (tags.Count == 0)
        {
            return "";
        }

        // Different names may become one after cleaning; Prometheus refuses a page with a label twice.
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var name = PrometheusNames.Label(key);
            var text = Text(value);
            labels[name] = labels.TryGetValue(name, out var before) ? $"{before};{text}" : text;
        }

        var line = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            line.Append(line.Length > 0 ? "," : "").Append(name).Append("=\"");
            PrometheusNames.AppendEscaped(line, value, escapeQuote: true);
            line.Append('"');
        }

        return line.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private sealed record Family(string Type, string Help)
    {
        public StringBuilder Samples { get; } = new();
    }
}
