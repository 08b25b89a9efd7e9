using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Keys;

internal static class KeyExtensions
{
    /// <summary>The keys of the vault, and this process among those that have them.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services, OpenedVault vault) => services
        .AddSingleton(vault.Ring)
        .AddSingleton(vault.Ring.MasterKeys)
        .AddSingleton(vault.KeySource)
        .AddSingleton<Replica>()
        .AddHostedService<ReplicaReports>();
}
