using System.Reflection;

namespace AuthProxy.Sdk;

/// <summary>An argument of a handler, bound from the request.</summary>
internal sealed class TokenArgument(int at, ParameterInfo parameter)
{
    private readonly TokenAttribute? _mark = parameter.GetCustomAttribute<TokenAttribute>();

    public int At => at;

    public ParameterInfo Parameter => parameter;

    public bool MayHoldTokens => _mark is not null || TokenShape.MayHold(parameter.ParameterType);

    public void Find(object? value, FoundTokens found)
    {
        if (_mark is not null)
        {
            TokenShape.Take(value, _mark, $"The parameter {parameter.Name}", found);
        }
        else
        {
            TokenShape.Find(value, found);
        }
    }
}
