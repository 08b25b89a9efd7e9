using AuthProxy.Tokenizer.Callers;
using AuthProxy.Tokenizer.Configuration;
using AuthProxy.Tokenizer.Http;

namespace AuthProxy.Tokenizer.Api;

internal static class ApiExtensions
{
    private const TrustRoles Services = TrustRoles.Sidecar | TrustRoles.Application | TrustRoles.Service;

    public static IServiceCollection AddApi(this IServiceCollection services) => services
        .AddSingleton<Idempotency>()
        .AddSingleton<BatchRunner>()
        .AddSingleton<UserOperations>()
        .AddSingleton<GrantOperations>()
        .AddSingleton<BindOperation>()
        .AddSingleton<ServicePolicies>()
        .AddSingleton<ServiceTokenOperations>();

    public static IEnumerable<VaultRoute> UserRoutes(this IServiceProvider services)
    {
        var door = services.GetRequiredService<UserDoor>();
        return services.SetOf(services.GetRequiredService<UserOperations>().All).Routes(door.Json, services.GetRequiredService<LimitSettings>().JsonBody);
    }

    public static IEnumerable<VaultRoute> ServiceRoutes(this IServiceProvider services)
    {
        var door = services.GetRequiredService<ServiceDoor>();
        IEnumerable<Operation<ServiceCaller>> operations =
        [
            .. services.GetRequiredService<GrantOperations>().All,
            services.GetRequiredService<BindOperation>().Bind,
            .. services.GetRequiredService<ServiceTokenOperations>().All,
        ];
        return services.SetOf(operations).Routes(
            (endpoint, longest) => door.Json(Services, endpoint, longest), services.GetRequiredService<LimitSettings>().JsonBody);
    }

    private static OperationSet<TCaller> SetOf<TCaller>(this IServiceProvider services, IEnumerable<Operation<TCaller>> operations)
        where TCaller : ICaller<TCaller> =>
        new(operations, services.GetRequiredService<Idempotency>(), services.GetRequiredService<BatchRunner>());
}
