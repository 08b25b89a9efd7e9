using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Authentication;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The keys at {Address} could not be fetched: {Why}")]
    public static partial void KeysNotFetched(this ILogger logger, string address, string why);

    [LoggerMessage(1102, LogLevel.Information, "A key at {Address} is gone; every token it may have signed is verified again")]
    public static partial void KeysWithdrawn(this ILogger logger, string address);

    [LoggerMessage(1103, LogLevel.Information, "{Count} API keys of {Path} are in force")]
    public static partial void ApiKeysTaken(this ILogger logger, string path, int count);

    [LoggerMessage(1104, LogLevel.Error, "The API keys stay as they were: {Fault}")]
    public static partial void ApiKeysKept(this ILogger logger, ConfigFault fault);
}
