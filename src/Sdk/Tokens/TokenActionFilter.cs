using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AuthProxy.Sdk;

/// <summary>The filter of controllers: arguments and bound properties before the action runs, the answer's value or the view's model before anything is written.</summary>
internal sealed class TokenActionFilter(TokenGate gate) : IAsyncActionFilter, IAsyncResultFilter
{
    private readonly ConcurrentDictionary<ParameterDescriptor, TokenArgument?> _arguments = new();
    private readonly ConcurrentDictionary<ParameterDescriptor, TokenMember?> _properties = new();

    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var received = new FoundTokens();
        foreach (var parameter in context.ActionDescriptor.Parameters)
        {
            if (_arguments.GetOrAdd(parameter, ArgumentOf) is { } argument && context.ActionArguments.TryGetValue(parameter.Name, out var value))
            {
                argument.Find(value, received);
            }
        }

        foreach (var property in context.ActionDescriptor.BoundProperties)
        {
            _properties.GetOrAdd(property, MemberOf)?.Find(context.Controller, received);
        }

        await gate.VerifyAsync(context.HttpContext, received);
        await next();
    }

    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        var leaving = new FoundTokens(StatusCodes.Status500InternalServerError);
        TokenShape.Find(ValueOf(context.Result), leaving);
        await gate.GrantAsync(context.HttpContext, leaving);
        await next();
    }

    private static TokenArgument? ArgumentOf(ParameterDescriptor parameter) =>
        parameter is ControllerParameterDescriptor { ParameterInfo: var info } && parameter.BindingInfo?.BindingSource != BindingSource.Services
        && new TokenArgument(info.Position, info) is { MayHoldTokens: true } argument
            ? argument
            : null;

    private static TokenMember? MemberOf(ParameterDescriptor property) =>
        property is ControllerBoundPropertyDescriptor { PropertyInfo: var info } && property.BindingInfo?.BindingSource != BindingSource.Services ? new TokenMember(info) : null;

    private static object? ValueOf(IActionResult result) => result switch
    {
        ObjectResult answer => answer.Value,
        JsonResult json => json.Value,
        ViewResult view => view.Model,
        PartialViewResult view => view.Model,
        _ => null,
    };
}
