using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Matching;

internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Information, "{Count} rules are in force (revision {Revision})")]
    public static partial void RulesTaken(this ILogger logger, int count, long revision);

    [LoggerMessage(1302, LogLevel.Error, "The rules have {Count} faults and were not taken; revision {Revision} stays in force")]
    public static partial void RulesKept(this ILogger logger, int count, long revision);

    [LoggerMessage(1303, LogLevel.Error, "{Fault}")]
    public static partial void RuleFault(this ILogger logger, ConfigFault fault);

    [LoggerMessage(1304, LogLevel.Warning, "{Warning}")]
    public static partial void RuleWarning(this ILogger logger, ConfigFault warning);
}
