using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Edges;

internal static partial class Log
{
    [LoggerMessage(9001, LogLevel.Information, "Listener {Listener} shows a new certificate, good until {NotAfter:O}")]
    public static partial void CertificateTaken(this ILogger logger, string listener, DateTimeOffset notAfter);

    [LoggerMessage(9002, LogLevel.Error, "Listener {Listener} keeps its certificate: the changed file {Why}")]
    public static partial void CertificateKept(this ILogger logger, string listener, string why);

    [LoggerMessage(9003, LogLevel.Information, "Not ready any more; accepting for another {Delay}")]
    public static partial void Draining(this ILogger logger, TimeSpan delay);
}
