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

    [LoggerMessage(1305, LogLevel.Error, "{Count} rules in force are invalid and answer 500 where their faults are")]
    public static partial void RulesInvalid(this ILogger logger, int count);

    [LoggerMessage(1306, LogLevel.Warning, "No rules are in force yet: {Why}")]
    public static partial void RulesAwaited(this ILogger logger, ConfigFault why);

    [LoggerMessage(1307, LogLevel.Warning, "Rules from {Address} stay as they are: it {Why}")]
    public static partial void AddressFailed(this ILogger logger, string address, string why);

    [LoggerMessage(1308, LogLevel.Information, "Rules can be had from {Address} again")]
    public static partial void AddressAnswersAgain(this ILogger logger, string address);
}
