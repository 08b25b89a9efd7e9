using AuthProxy.Jose;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Events;

namespace AuthProxy.Tokenizer.Callers;

internal static class CallerExtensions
{
    public static IServiceCollection AddCallers(this IServiceCollection services, TokenizerSettings settings) => services
        .AddSingleton(_ => new HttpMessageInvoker(DocumentFetcher.CreateHandler()))
        .AddSingleton(provider => new TrustEntries(settings.Trust.Select(entry => Open(entry, settings, provider))))
        .AddSingleton<Vaults>()
        .AddSingleton<AssertedUsers>()
        .AddSingleton<UserCallers>()
        .AddSingleton<SessionLock>()
        .AddSingleton<UserDoor>()
        .AddSingleton<ServiceCallers>()
        .AddSingleton<ServiceDoor>();

    private static TrustEntry Open(TrustSettings entry, TokenizerSettings settings, IServiceProvider provider)
    {
        var (clock, events) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<VaultEvents>());
        TrustEntry? opened = null;
        var keys = KeyLocations.Open(entry.Keys, provider.GetRequiredService<HttpMessageInvoker>(), clock, refresh =>
        {
            events.KeysFetched(entry.Name, refresh);
            opened?.KeysFetched(refresh);
        });
        return opened = new TrustEntry(entry, settings.Applications, keys, clock);
    }
}
