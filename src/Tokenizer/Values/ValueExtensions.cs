namespace AuthProxy.Tokenizer.Values;

internal static class ValueExtensions
{
    public static IServiceCollection AddValues(this IServiceCollection services) => services
        .AddSingleton<Tickets>()
        .AddSingleton<ValueWriter>()
        .AddSingleton<ValueService>()
        .AddSingleton<ValueEndpoints>();
}
