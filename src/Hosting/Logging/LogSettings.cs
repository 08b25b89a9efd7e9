using AuthProxy.Hosting.Configuration;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Logging;

public enum LogFormat
{
    /// <summary>One JSON object a line, for collectors.</summary>
    Json,

    /// <summary>For a person at a terminal.</summary>
    Text,
}

/// <summary>What is logged, in Oathkeeper's keys.</summary>
public sealed record LogSettings(LogLevel Level, LogFormat Format)
{
    public static readonly Schema<LogSettings> Schema = Declare.Object<LogSettings>("log", "What is logged, and how. Tokens, keys, cookies and values never are.", o =>
    {
        var level = o.Choice("level", "Least grave messages to log.",
            ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning), ("warning", LogLevel.Warning),
            ("error", LogLevel.Error), ("fatal", LogLevel.Critical), ("panic", LogLevel.Critical)).Default("info");
        var format = o.Choice("format", "One JSON object a line, or text for a terminal.",
            ("json", LogFormat.Json), ("json_pretty", LogFormat.Json), ("gelf", LogFormat.Json), ("text", LogFormat.Text)).Default("json");
        o.Accepted("redaction_text", "secrets are not logged at all");
        o.Accepted("additional_redacted_headers", "header values are not logged at all");
        o.Boolean("leak_sensitive_values", "Oathkeeper's switch; secrets are never logged here.").Default(false).Must(leaks => !leaks, "secrets are never logged; remove the key");
        return read => new LogSettings(read.Get(level), read.Get(format));
    });
}
