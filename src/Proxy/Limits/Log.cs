namespace AuthProxy.Proxy.Limits;

internal static partial class Log
{
    [LoggerMessage(1451, LogLevel.Warning, "More callers than can be told apart meet the rate limit of rule {RuleId}; new ones share the buckets of others")]
    public static partial void RateLimitTableFull(this ILogger logger, string ruleId);
}
