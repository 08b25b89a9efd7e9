namespace AuthProxy.Proxy.Mutation.IdToken;

internal static partial class Log
{
    [LoggerMessage(1411, LogLevel.Information, "ID tokens are signed with key {KeyId} of {Address} from now on")]
    public static partial void TokenKeysTaken(this ILogger logger, string address, string keyId);

    [LoggerMessage(1412, LogLevel.Error, "The keys of {Address} that sign ID tokens stay as they were: {Why}")]
    public static partial void TokenKeysKept(this ILogger logger, string address, string why);
}
