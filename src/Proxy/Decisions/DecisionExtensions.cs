using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Errors;
using AuthProxy.Proxy.OpenIdConnect;

namespace AuthProxy.Proxy.Decisions;

internal static class DecisionExtensions
{
    public static IServiceCollection AddDecisions(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<ProxySettings>().Serve.Decisions)
        .AddSingleton<Callers>();

    /// <summary>
    /// The reserved paths are answered on the proxy's listener, to which the caller's own configuration sends them. A yes here would
    /// take them to the application, codes of logins and all.
    /// </summary>
    public static IApplicationBuilder RefuseReservedPaths(this IApplicationBuilder app)
    {
        var prefix = app.ApplicationServices.GetRequiredService<ReservedPaths>().Prefix;
        var refusals = app.ApplicationServices.GetRequiredService<IRefusalResponder>();
        return app.UseMiddleware<ReservedPathMiddleware>(new ReservedPaths(
            prefix, (context, _, _) => refusals.WriteAsync(context, ProxyRefusals.EndpointUnknown, "the path belongs to the Proxy's own listener")));
    }

    /// <summary>The end of the path; there is nothing behind it.</summary>
    public static void RunDecisionAnswer(this IApplicationBuilder app) => app.Run(DecisionAnswer.WriteAsync);
}
