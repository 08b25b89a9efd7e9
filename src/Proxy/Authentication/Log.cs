namespace AuthProxy.Proxy.Authentication;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The keys at {Address} could not be fetched: {Why}")]
    public static partial void KeysNotFetched(this ILogger logger, string address, string why);

    [LoggerMessage(1102, LogLevel.Information, "A key at {Address} is gone; every token it may have signed is verified again")]
    public static partial void KeysWithdrawn(this ILogger logger, string address);
}
