using AuthProxy.Sdk;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Tokenizer's grants to an application.</summary>
public static class TokenizerExtensions
{
    /// <summary>Adds <see cref="IGrants"/>, set up from a section of the application's configuration. Unknown keys are faults.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="section">The section whose keys are the properties of <see cref="TokenizerOptions"/>.</param>
    public static IServiceCollection AddTokenizer(this IServiceCollection services, IConfiguration section)
    {
        var name = OptionFaults.NameOf(section, nameof(TokenizerOptions));
        return services.AddTokenizer(options =>
        {
            options.Section = name;
            OptionFaults.Bind(section, name, options);
        });
    }

    /// <summary>Adds <see cref="IGrants"/>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked when the application starts.</param>
    public static IServiceCollection AddTokenizer(this IServiceCollection services, Action<TokenizerOptions> configure)
    {
        services.AddOptions<TokenizerOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TokenizerOptions>, TokenizerOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ApplicationCredential>();
        services.TryAddSingleton<TokenizerCalls>();
        services.TryAddSingleton<IGrants, GrantClient>();
        services.TryAddSingleton<TokenGate>();
        services.TryAddSingleton<TokenActionFilter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, TokenizerExceptionHandler>());
        return services;
    }
}
