namespace AuthProxy.Proxy.Bodies;

internal static class BodyExtensions
{
    /// <summary>One budget for all bodies that this process holds.</summary>
    public static IServiceCollection AddHeldBodies(this IServiceCollection services, HeldBodyLimits limits) => services
        .AddSingleton(limits)
        .AddSingleton(new HeldBodyBudget(limits.Together))
        .AddSingleton<BodyHolder>();
}
