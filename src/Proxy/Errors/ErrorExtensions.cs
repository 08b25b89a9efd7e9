using AuthProxy.Proxy.Errors.Json;
using AuthProxy.Proxy.Errors.Login;
using AuthProxy.Proxy.Errors.Redirect;
using AuthProxy.Proxy.Matching;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthProxy.Proxy.Errors;

internal static class ErrorExtensions
{
    public static IServiceCollection AddRefusals(this IServiceCollection services)
    {
        services.TryAddSingleton<ILoginStarter, NoLogin>();
        return services
            .AddSingleton<IRefusalResponder, RefusalResponder>()
            .AddSingleton<IHandlerKind<IErrorHandler>, JsonErrorKind>()
            .AddSingleton<IHandlerKind<IErrorHandler>, RedirectErrorKind>()
            .AddSingleton<IHandlerKind<IErrorHandler>, LoginErrorKind>();
    }
}

/// <summary>Where no provider is configured, nobody is sent anywhere.</summary>
internal sealed class NoLogin : ILoginStarter
{
    public bool IsAvailable => false;

    public Task StartAsync(HttpContext context, CancellationToken cancellation) => throw new InvalidOperationException("There is no provider to log in at.");
}
