using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Errors;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "Refused as {Reason} under rule {RuleId}: {Why} (support code {SupportCode}, trace {TraceId})")]
    public static partial void Refused(this ILogger logger, string reason, string? ruleId, string why, string supportCode, string traceId);

    [LoggerMessage(1002, LogLevel.Error, "A stage failed; the request was refused")]
    public static partial void Fault(this ILogger logger, Exception fault);

    [LoggerMessage(1003, LogLevel.Warning, "Rule {RuleId}: {Fault} The answer was written without a handler")]
    public static partial void ErrorHandlersUndecided(this ILogger logger, string? ruleId, string fault);

    [LoggerMessage(1004, LogLevel.Information, "{Count} page templates of {Folder} are in force")]
    public static partial void PagesTaken(this ILogger logger, string folder, int count);

    [LoggerMessage(1005, LogLevel.Error, "The page templates stay as they were: {Fault}")]
    public static partial void PagesKept(this ILogger logger, ConfigFault fault);
}
