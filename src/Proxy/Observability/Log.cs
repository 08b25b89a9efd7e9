namespace AuthProxy.Proxy.Observability;

internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Information, "Answered {Status} to {Method} on {Host} under rule {RuleId} (authenticator {Authenticator}, {Milliseconds:0.0} ms, refusal {Reason}, trace {TraceId})")]
    public static partial void Answered(
        this ILogger logger, int status, string method, string? host, string ruleId, string? authenticator, double milliseconds, string? reason, string traceId);
}
