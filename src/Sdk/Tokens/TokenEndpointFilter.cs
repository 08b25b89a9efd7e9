using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace AuthProxy.Sdk;

/// <summary>The filter of minimal APIs. Which arguments can hold tokens is found out when the endpoint is built.</summary>
internal sealed class TokenEndpointFilter(IReadOnlyList<TokenArgument> arguments, TokenAttribute? returned, EndpointFilterDelegate next)
{
    public static EndpointFilterDelegate Create(EndpointFilterFactoryContext context, EndpointFilterDelegate next)
    {
        var services = context.ApplicationServices.GetService<IServiceProviderIsService>();
        var arguments = context.MethodInfo.GetParameters()
            .Select((parameter, at) => new TokenArgument(at, parameter))
            .Where(argument => argument.MayHoldTokens && !IsService(argument.Parameter, services));
        return new TokenEndpointFilter([.. arguments], context.MethodInfo.ReturnParameter.GetCustomAttribute<TokenAttribute>(), next).InvokeAsync;
    }

    private async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context)
    {
        var gate = context.HttpContext.RequestServices.GetRequiredService<TokenGate>();
        var received = new FoundTokens();
        foreach (var argument in arguments)
        {
            argument.Find(context.Arguments[argument.At], received);
        }

        await gate.VerifyAsync(context.HttpContext, received);
        var result = await next(context);
        var leaving = new FoundTokens(StatusCodes.Status500InternalServerError);
        FindIn(result, leaving);
        await gate.GrantAsync(context.HttpContext, leaving);
        return result;
    }

    private static bool IsService(ParameterInfo parameter, IServiceProviderIsService? services) =>
        parameter.GetCustomAttribute<FromServicesAttribute>() is not null || parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is not null
        || services?.IsService(parameter.ParameterType) is true;

    private void FindIn(object? result, FoundTokens leaving)
    {
        switch (result)
        {
            case INestedHttpResult nested:
                FindIn(nested.Result, leaving);
                return;
            case IValueHttpResult { Value: var value }:
                FindIn(value, leaving);
                return;
            case IResult:
                return;
            case var value when returned is not null:
                TokenShape.Take(value, returned, "The handler's return value", leaving);
                return;
            default:
                TokenShape.Find(result, leaving);
                return;
        }
    }
}
