namespace AuthProxy.Proxy.Rehearsal;

internal static partial class Log
{
    [LoggerMessage(1581, LogLevel.Information, "{Passed} of {Count} tests of rules passed")]
    public static partial void RulesRehearsed(this ILogger logger, int passed, int count);
}
