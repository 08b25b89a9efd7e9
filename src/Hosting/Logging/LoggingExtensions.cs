using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthProxy.Hosting.Logging;

public static class LoggingExtensions
{
    /// <summary>Replaces all log outputs by lines on standard output (or <paramref name="output"/>).</summary>
    public static ILoggingBuilder AddJsonLines(this ILoggingBuilder logging, LogSettings settings, TimeProvider? time = null, Stream? output = null)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(settings.Level);

        // The platform's own request lines repeat ours, with the query in them.
        logging.AddFilter("Microsoft.AspNetCore", Floor(settings.Level, LogLevel.Warning));
        logging.AddFilter("System.Net.Http", Floor(settings.Level, LogLevel.Warning));
        logging.AddFilter("Yarp", Floor(settings.Level, LogLevel.Warning));
        logging.AddFilter("Microsoft.Extensions", Floor(settings.Level, LogLevel.Warning));
        logging.Services.AddSingleton<ILoggerProvider>(_ =>
            new LineLoggerProvider(output ?? Console.OpenStandardOutput(), settings.Format, time ?? TimeProvider.System));
        return logging;
    }

    private static LogLevel Floor(LogLevel level, LogLevel floor) => level > floor ? level : floor;
}
