namespace AuthProxy.Tokenizer.Configuration;

internal static class SettingsExtensions
{
    /// <summary>Lets each part ask for its own settings, and for no others.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services, TokenizerSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton(settings.Limits)
        .AddSingleton(settings.Applications)
        .AddSingleton(settings.Trust)
        .AddSingleton(settings.Policies)
        .AddSingleton(settings.Audit)
        .AddSingleton(new RealmName(settings.Realm));
}
