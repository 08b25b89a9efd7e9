namespace AuthProxy.Proxy.OpenIdConnect;

internal static partial class Log
{
    [LoggerMessage(1801, LogLevel.Warning, "The discovery document of {Issuer} could not be taken: {Why}")]
    public static partial void DiscoveryFailed(this ILogger log, string issuer, string why);
}
