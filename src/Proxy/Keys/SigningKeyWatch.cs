using AuthProxy.Hosting.Watching;
using AuthProxy.Jose;

namespace AuthProxy.Proxy.Keys;

/// <summary>Takes new signing keys when their folder changes; a folder with a fault leaves the keys as they were.</summary>
internal sealed class SigningKeyWatch : IDisposable
{
    private readonly WatchedFolder _folder;

    public SigningKeyWatch(string folder, SigningKeyRing keys, TimeProvider time, ILogger<SigningKeyWatch> logger)
    {
        _folder = new WatchedFolder(folder, time, logger, ".pem");
        _folder.Changed += () => Reload(keys, logger);
    }

    public void Dispose() => _folder.Dispose();

    private static void Reload(SigningKeyRing keys, ILogger logger)
    {
        switch (keys.Reload())
        {
            case SigningKeyReloadOutcome.Changed:
                logger.KeysTaken(keys.Current.KeyId);
                break;
            case SigningKeyReloadOutcome.Failed failed:
                logger.KeysKept(failed.Why);
                break;
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Information, "Signing with key {KeyId} from now on")]
    public static partial void KeysTaken(this ILogger logger, string keyId);

    [LoggerMessage(1402, LogLevel.Error, "The signing keys stay as they were: {Why}")]
    public static partial void KeysKept(this ILogger logger, string why);
}
