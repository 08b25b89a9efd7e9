namespace AuthProxy.Tokenizer.Events;

internal static class EventExtensions
{
    public static IServiceCollection AddEvents(this IServiceCollection services) => services.AddMetrics().AddSingleton<VaultEvents>();
}
