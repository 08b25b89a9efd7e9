using AuthProxy.Tokenizer.Audit.Checkpoints;
using AuthProxy.Tokenizer.Audit.Shipping;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Audit;

internal static class AuditExtensions
{
    public static IServiceCollection AddAudit(this IServiceCollection services, OpenedVault vault, AuditSettings settings)
    {
        services
            .AddSingleton<IAuditRecords>(vault.Store)
            .AddSingleton(vault.Ring.LookupKeys)
            .AddSingleton<AuditMetrics>()
            .AddSingleton<ActorSeal>()
            .AddSingleton<LineSeal>()
            .AddSingleton<AuditWriter>()
            .AddSingleton<RefusalTally>()
            .AddSingleton<CheckpointKeys>()
            .AddSingleton(provider => new CheckpointReader(
                provider.GetRequiredService<CheckpointKeys>().Public, provider.GetRequiredService<RealmName>().Value, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<CheckpointMaker>()
            .AddSingleton<AuditRetention>()
            .AddSingleton<CheckpointShipper>()
            .AddSingleton<CheckpointRounds>();
        AddSink(services, settings.Checkpoints.Sink);

        // They end in the opposite order: what was counted is written, the writer finishes, and a last checkpoint covers all of it.
        return services
            .AddHostedService(provider => provider.GetRequiredService<CheckpointRounds>())
            .AddHostedService(provider => provider.GetRequiredService<AuditWriter>())
            .AddHostedService(provider => provider.GetRequiredService<RefusalTally>());
    }

    private static void AddSink(IServiceCollection services, CheckpointSink? sink)
    {
        switch (sink)
        {
            case CheckpointSink.AppendTo(var file):
                services.AddSingleton<ICheckpointSink>(new FileSink(file));
                break;
            case CheckpointSink.SendTo(var url, var token):
                services.AddSingleton<ICheckpointSink>(provider =>
                    new HttpSink(provider.GetRequiredService<HttpMessageInvoker>(), url, token, provider.GetRequiredService<TimeProvider>()));
                break;
        }
    }
}
