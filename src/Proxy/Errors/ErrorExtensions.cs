using AuthProxy.Proxy.Errors.Json;
using AuthProxy.Proxy.Errors.Login;
using AuthProxy.Proxy.Errors.Redirect;
using AuthProxy.Proxy.Errors.WwwAuthenticate;
using AuthProxy.Proxy.Matching;

namespace AuthProxy.Proxy.Errors;

internal static class ErrorExtensions
{
    public static IServiceCollection AddRefusals(this IServiceCollection services) => services
        .AddSingleton<IRefusalResponder, RefusalResponder>()
        .AddSingleton<IHandlerKind<IErrorHandler>, JsonErrorKind>()
        .AddSingleton<IHandlerKind<IErrorHandler>, RedirectErrorKind>()
        .AddSingleton<IHandlerKind<IErrorHandler>, WwwAuthenticateErrorKind>()
        .AddSingleton<IHandlerKind<IErrorHandler>, LoginErrorKind>();
}
