namespace AuthProxy.Tokenizer.Storage;

internal static class StorageExtensions
{
    public static IServiceCollection AddStorage(this IServiceCollection services, OpenedVault vault) => services
        .AddSingleton(vault.Store)
        .AddHostedService<DatabaseProbe>()
        .AddSingleton<Sweeper>()
        .AddHostedService(provider => provider.GetRequiredService<Sweeper>());
}
