using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Watching;

internal static partial class Log
{
    [LoggerMessage(9101, LogLevel.Error, "Looking at {Path} failed")]
    public static partial void LookFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(9102, LogLevel.Error, "Taking over the change of {Path} failed")]
    public static partial void ChangeFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(9103, LogLevel.Error, "The secret in {Path} is kept as it was: the file {Why}")]
    public static partial void SecretKept(this ILogger logger, string path, string why);
}
