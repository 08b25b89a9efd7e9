using AuthProxy.Jose;
using AuthProxy.Tokenizer.Configuration;

namespace AuthProxy.Tokenizer.Callers;

internal static class CallerExtensions
{
    public static IServiceCollection AddCallers(this IServiceCollection services, TokenizerSettings settings) => services
        .AddSingleton(_ => new HttpMessageInvoker(DocumentFetcher.CreateHandler()))
        .AddSingleton(provider => new TrustEntries(settings.Trust.Select(entry => Open(entry, settings, provider))))
        .AddSingleton<UserCallers>()
        .AddSingleton<UserDoor>()
        .AddSingleton<ServiceCallers>()
        .AddSingleton<ServiceDoor>();

    private static TrustEntry Open(TrustSettings entry, TokenizerSettings settings, IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        return new TrustEntry(entry, settings.Applications, KeyLocations.Open(entry.Keys, provider.GetRequiredService<HttpMessageInvoker>(), clock), clock);
    }
}
