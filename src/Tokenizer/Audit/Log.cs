namespace AuthProxy.Tokenizer.Audit;

internal static partial class Log
{
    [LoggerMessage(3101, LogLevel.Error, "Could not write {Lines} lines of the audit; what needed them was refused")]
    public static partial void NotWritten(ILogger log, int lines, Exception fault);

    [LoggerMessage(3102, LogLevel.Information, "The audit's chain does not end where this process left it: it looks again, or takes another")]
    public static partial void ChainLost(ILogger log);

    [LoggerMessage(3103, LogLevel.Warning, "Could not let go of the audit's chain; it is free in some seconds anyway")]
    public static partial void ChainNotReleased(ILogger log, Exception fault);

    [LoggerMessage(3104, LogLevel.Critical, "Chain {Chain} of the audit ends at line {Found} in the database, and this process has written line {Written}: somebody put the database back")]
    public static partial void ChainWentBack(ILogger log, string chain, long written, long found);

    [LoggerMessage(3105, LogLevel.Warning, "Could not write the count of strangers' refusals to the audit; it is kept")]
    public static partial void TallyNotWritten(ILogger log, Exception fault);

    [LoggerMessage(3110, LogLevel.Critical, "The newest checkpoint of the audit in the database is not the one that this process knows ({Known}): somebody put the database back")]
    public static partial void CheckpointsWentBack(ILogger log, long known);

    [LoggerMessage(3116, LogLevel.Critical, "Checkpoint {Number} of the audit in the database was not signed by us: {Why}")]
    public static partial void CheckpointNotOurs(ILogger log, long number, string why);

    [LoggerMessage(3117, LogLevel.Critical, "Chain {Chain} of the audit ends at line {Found} in the database, and checkpoint {Number} says {Signed}: somebody cut it off")]
    public static partial void ChainCut(ILogger log, string chain, long found, long number, long signed);

    [LoggerMessage(3111, LogLevel.Warning, "Could not make a checkpoint of the audit; the next round tries again")]
    public static partial void CheckpointFailed(ILogger log, Exception fault);

    [LoggerMessage(3112, LogLevel.Warning, "Checkpoints of the audit stay in the database: whoever can write it can put it back unseen. Set audit.checkpoints.file or audit.checkpoints.url")]
    public static partial void NoSink(ILogger log);

    [LoggerMessage(3113, LogLevel.Warning, "Could not ship checkpoint {Number} of the audit: {Why}. The next attempt is in {Delay}")]
    public static partial void NotShipped(ILogger log, long number, string why, TimeSpan delay);

    [LoggerMessage(3114, LogLevel.Information, "Checkpoints of the audit are shipped again, up to number {Number}")]
    public static partial void ShippedAgain(ILogger log, long number);

    [LoggerMessage(3115, LogLevel.Information, "Removed {Lines} lines of the audit that were older than audit.keep")]
    public static partial void Removed(ILogger log, int lines);
}
