using System.Text;

namespace AuthProxy.Hosting.Metrics;

/// <summary>OpenTelemetry's names in Prometheus' alphabet and manners: <c>http.server.request.duration</c> in <c>s</c> becomes <c>http_server_request_duration_seconds</c>.</summary>
internal static class PrometheusNames
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["min"] = "minutes",
        ["h"] = "hours",
        ["d"] = "days",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["%"] = "percent",
        ["Cel"] = "celsius",
    };

    public static string Metric(string name, string? unit, bool isCounter)
    {
        var clean = Clean(name, allowColon: true);
        if (unit is not null && Units.TryGetValue(unit, out var suffix) && !clean.EndsWith("_" + suffix, StringComparison.Ordinal))
        {
            clean = WithoutTotal(clean) + "_" + suffix;
        }

        return isCounter ? WithoutTotal(clean) + "_total" : clean;
    }

    public static string Label(string name)
    {
        var clean = Clean(name, allowColon: false);

        // Two leading underscores are Prometheus' own.
        return clean.StartsWith("__", StringComparison.Ordinal) ? "key" + clean : clean;
    }

    public static void AppendEscaped(StringBuilder text, string value, bool escapeQuote)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '"' when escapeQuote => text.Append("\\\""),
                '\r' => text.Append(' '),
                _ => text.Append(c),
            };
        }
    }

    private static string WithoutTotal(string name) => name.EndsWith("_total", StringComparison.Ordinal) ? name[..^6] : name;

    private static string Clean(string name, bool allowColon)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var allowed = char.IsAsciiLetterOrDigit(c) || (allowColon && c == ':');
            if (allowed || clean.Length == 0 || clean[^1] != '_' || c == '_')
            {
                clean.Append(allowed ? c : '_');
            }
        }

        if (clean.Length == 0 || char.IsAsciiDigit(clean[0]))
        {
            clean.Insert(0, '_');
        }

        return clean.ToString();
    }
}
