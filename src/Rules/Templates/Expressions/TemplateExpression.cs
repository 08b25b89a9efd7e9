using AuthProxy.Rules.Templates.Functions;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Expressions;

/// <summary>One thing that can be evaluated. Where it cannot, the scope fails and the value is null.</summary>
/// <param name="depth">How deep evaluation goes, which the parser bounds: a walk must not run out of stack.</param>
internal abstract class TemplateExpression(int depth = 1)
{
    public int Depth => depth;

    public abstract object? Evaluate(RenderScope scope);

    protected static int Above(params IEnumerable<TemplateExpression> operands) => 1 + operands.Select(operand => operand.Depth).DefaultIfEmpty().Max();
}

/// <summary>What stands in the template itself, or what a function made of nothing but that.</summary>
internal sealed class LiteralExpression(object? value) : TemplateExpression
{
    public object? Value => value;

    public override object? Evaluate(RenderScope scope) => value;
}

/// <summary><c>.</c></summary>
internal sealed class DotExpression : TemplateExpression
{
    public override object? Evaluate(RenderScope scope) => scope.Dot;
}

/// <summary><c>$</c></summary>
internal sealed class SessionExpression : TemplateExpression
{
    public override object? Evaluate(RenderScope scope) => scope.Session;
}

/// <summary><c>$x</c></summary>
internal sealed class VariableExpression(int slot) : TemplateExpression
{
    public override object? Evaluate(RenderScope scope) => scope.Variables[slot];
}

/// <summary><c>and</c> and <c>or</c>: no further than the first value that decides.</summary>
internal sealed class ShortCircuitExpression(bool stopsAt, IReadOnlyList<TemplateExpression> arguments) : TemplateExpression(Above(arguments))
{
    public override object? Evaluate(RenderScope scope)
    {
        object? value = null;
        foreach (var argument in arguments)
        {
            value = argument.Evaluate(scope);
            if (scope.Failed || GoValue.IsTrue(value) == stopsAt)
            {
                break;
            }
        }

        return value;
    }
}

/// <summary><c>print x</c>, Oathkeeper's own: nothing prints as nothing.</summary>
internal sealed class PrintExpression(TemplateExpression argument) : TemplateExpression(Above(argument))
{
    public override object? Evaluate(RenderScope scope) => argument.Evaluate(scope) is { } value ? GoText.Of(value, scope) : "";
}

/// <summary>A function with its arguments; the last may have come through a pipe.</summary>
internal sealed class CallExpression(TemplateFunction function, IReadOnlyList<TemplateExpression> arguments) : TemplateExpression(Above(arguments))
{
    public override object? Evaluate(RenderScope scope)
    {
        var values = new object?[arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(scope);
            if (scope.Failed || !scope.Charge(Weight(values[i])))
            {
                return null;
            }
        }

        var result = function.Body(new FunctionCall(scope, function, values));
        scope.Charge(Weight(result));
        return scope.Failed ? null : result;
    }

    private static int Weight(object? value) => value switch
    {
        string text => text.Length / 16,
        GoList list => list.Count,
        GoMap map => map.Count,
        _ => 1,
    };
}
