using AuthProxy.Sdk;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Proxy's users to an application.</summary>
public static class AuthProxyIdentityExtensions
{
    /// <summary>Makes the Proxy's verified assertion the request's <c>User</c>, set up from a section of the application's configuration. Unknown keys are faults.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="section">The section whose keys are the properties of <see cref="AuthProxyIdentityOptions"/>.</param>
    public static AuthenticationBuilder AddAuthProxyIdentity(this IServiceCollection services, IConfiguration section)
    {
        var name = OptionFaults.NameOf(section, nameof(AuthProxyIdentityOptions));
        return services.AddAuthProxyIdentity(options =>
        {
            options.Section = name;
            OptionFaults.Bind(section, name, options);
        });
    }

    /// <summary>Makes the Proxy's verified assertion the request's <c>User</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked when the application starts.</param>
    public static AuthenticationBuilder AddAuthProxyIdentity(this IServiceCollection services, Action<AuthProxyIdentityOptions> configure)
    {
        services.AddOptions<AuthProxyIdentityOptions>(AuthProxyIdentityDefaults.AuthenticationScheme).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuthProxyIdentityOptions>, AuthProxyIdentityOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AssertionVerifier>();
        return services
            .AddAuthentication(AuthProxyIdentityDefaults.AuthenticationScheme)
            .AddScheme<AuthProxyIdentityOptions, AuthProxyIdentityHandler>(AuthProxyIdentityDefaults.AuthenticationScheme, configure);
    }
}
