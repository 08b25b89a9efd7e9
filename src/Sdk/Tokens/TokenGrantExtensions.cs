using AuthProxy.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Lets the framework verify and grant what is marked with <see cref="TokenAttribute"/>, so that no handler can forget to.</summary>
public static class TokenGrantExtensions
{
    /// <summary>
    /// For an endpoint or a group: tokens in what is bound from the request are verified before the handler runs, tokens in what it returns are granted before it is written.
    /// A result that is text, a file or a stream is not looked into.
    /// </summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    public static TBuilder WithTokenGrants<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilterFactory(TokenEndpointFilter.Create);

    /// <summary>For all controllers: the same for actions' arguments and bound properties, for values and JSON that they return, and for the models of views. An <c>IResult</c> that an action returns is not looked into.</summary>
    /// <param name="options">The options of MVC, as <c>AddControllers</c> hands them out.</param>
    public static MvcOptions AddTokenGrants(this MvcOptions options)
    {
        options.Filters.AddService<TokenActionFilter>();
        return options;
    }
}
