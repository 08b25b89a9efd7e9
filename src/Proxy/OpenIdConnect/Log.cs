namespace AuthProxy.Proxy.OpenIdConnect;

internal static partial class Log
{
    [LoggerMessage(1801, LogLevel.Warning, "The discovery document of {Issuer} could not be taken: {Why}")]
    public static partial void DiscoveryFailed(this ILogger log, string issuer, string why);

    [LoggerMessage(1802, LogLevel.Information, "Assertions for provider {Provider} are signed with key {KeyId} from now on")]
    public static partial void ClientKeyTaken(this ILogger log, string provider, string keyId);

    [LoggerMessage(1803, LogLevel.Error, "The client key of provider {Provider} could not be taken, the one before is kept: {Why}")]
    public static partial void ClientKeyKept(this ILogger log, string provider, string why);

    [LoggerMessage(1780, LogLevel.Information, "Provider {Provider} told of a logout; {Count} sessions ended")]
    public static partial void ProviderEnded(this ILogger log, string provider, int count);

    [LoggerMessage(1804, LogLevel.Warning, "Provider {Provider} left {Count} claims out of an ID token that it has elsewhere (groups among them: {Groups}); rules that ask for them refuse")]
    public static partial void ClaimsLeftOut(this ILogger log, string provider, int count, bool groups);

    [LoggerMessage(1805, LogLevel.Warning, "User info of provider {Provider} could not be had for the refresh of session {Sid}; claims that only user info tells stay as they were: {Why}")]
    public static partial void UserInfoMissing(this ILogger log, string provider, string sid, string why);

    [LoggerMessage(1806, LogLevel.Error, "What provider {Provider} gave for a refresh token of session {Sid} could not be read")]
    public static partial void RefreshNotRead(this ILogger log, string provider, string sid, Exception fault);
}
