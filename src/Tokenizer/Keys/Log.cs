namespace AuthProxy.Tokenizer.Keys;

internal static partial class Log
{
    [LoggerMessage(3201, LogLevel.Error, "The master keys of this replica do not fit: {Why}")]
    public static partial void KeysDoNotFit(ILogger log, string why);

    [LoggerMessage(3203, LogLevel.Error, "The master keys of the start stay in use, for their place is not as it should be: {Why}")]
    public static partial void KeysNotRead(ILogger log, string why);

    [LoggerMessage(3202, LogLevel.Warning, "Could not tell the other replicas which master keys this one has: {Why}")]
    public static partial void NotReported(ILogger log, string why);
}
