using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Keys;

internal static class MasterKeySources
{
    /// <summary>The one place that the configuration names.</summary>
    public static IMasterKeySource Of(TokenizerSettings settings) =>
        settings.MasterKeys.Count > 0 ? new ListedMasterKeys(settings.MasterKeys) : new MasterKeyFolder(settings.KeyFolder);
}
