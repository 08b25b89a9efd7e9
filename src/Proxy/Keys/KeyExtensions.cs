using AuthProxy.Proxy.Configuration;

namespace AuthProxy.Proxy.Keys;

internal static class KeyExtensions
{
    /// <summary>Keys that were loaded before anything else: without them nothing starts.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services, ProxyKeys keys) => services
        .AddSingleton(keys.Signing)
        .AddSingleton(keys.Bearer)
        .AddSingleton(provider => new SigningKeyWatch(
            provider.GetRequiredService<ProxySettings>().KeysFolder, keys.Signing, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SigningKeyWatch>>()));
}
