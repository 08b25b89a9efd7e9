namespace AuthProxy.Proxy.OpenIdConnect.Revocation;

internal static partial class Log
{
    [LoggerMessage(1807, LogLevel.Warning, "Provider {Provider} did not revoke the refresh token of session {Sid}, which has ended: {Why}")]
    public static partial void TokenNotRevoked(this ILogger log, string provider, string sid, string why);

    [LoggerMessage(1808, LogLevel.Error, "The refresh token of session {Sid}, which has ended, could not be revoked at provider {Provider}")]
    public static partial void RevocationFailed(this ILogger log, string provider, string sid, Exception fault);
}
