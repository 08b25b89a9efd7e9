using AuthProxy.Rules.Templates.Expressions;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Nodes;

/// <summary><c>{{ if x }}…{{ else }}…{{ end }}</c>, and <c>with</c>, which makes x the dot.</summary>
/// <param name="condition">What decides.</param>
/// <param name="slot">The variable that it is kept in, if any.</param>
/// <param name="setsDot">Whether it is <c>with</c>.</param>
internal sealed class ConditionNode(TemplateExpression condition, int? slot, bool setsDot, TemplateNode then, TemplateNode otherwise) : TemplateNode
{
    public override Flow Render(RenderScope scope)
    {
        var value = condition.Evaluate(scope);
        if (scope.Failed || !scope.Charge(1))
        {
            return Flow.Failed;
        }

        if (slot is { } variable)
        {
            scope.Variables[variable] = value;
        }

        if (!GoValue.IsTrue(value))
        {
            return otherwise.Render(scope);
        }

        var outer = scope.Dot;
        scope.Dot = setsDot ? value : outer;
        var flow = then.Render(scope);
        scope.Dot = outer;
        return flow;
    }
}

/// <summary><c>{{ range $i, $e := x }}…{{ else }}…{{ end }}</c> over a list, a map in the order of its names, or so many numbers.</summary>
internal sealed class RangeNode(TemplateExpression over, int? keySlot, int? valueSlot, TemplateNode body, TemplateNode otherwise) : TemplateNode
{
    public override Flow Render(RenderScope scope)
    {
        var value = over.Evaluate(scope);
        if (scope.Failed)
        {
            return Flow.Failed;
        }

        var items = value switch
        {
            null => [],
            GoList list => list.Items.Select((item, index) => ((object?)(nint)index, item)),
            GoMap map => map.Names.Select(name => ((object?)name, map.Get(name))),
            nint or long or byte => Numbers(GoNumber.ToWhole(value)),
            _ => null,
        };
        if (items is null)
        {
            scope.Fail("range finds no list, object or whole number");
            return Flow.Failed;
        }

        return RenderAll(items, scope);
    }

    private Flow RenderAll(IEnumerable<(object? Key, object? Value)> items, RenderScope scope)
    {
        var outer = scope.Dot;
        var any = false;
        foreach (var (key, value) in items)
        {
            any = true;
            Enter(key, value, scope);
            var flow = scope.Charge(1) ? body.Render(scope) : Flow.Failed;
            scope.Dot = outer;
            if (flow is Flow.Break)
            {
                break;
            }

            if (flow is Flow.Failed)
            {
                return flow;
            }
        }

        return any ? Flow.Next : otherwise.Render(scope);
    }

    private void Enter(object? key, object? value, RenderScope scope)
    {
        scope.Dot = value;
        if (keySlot is { } first)
        {
            scope.Variables[first] = key;
        }

        if (valueSlot is { } second)
        {
            scope.Variables[second] = value;
        }
    }

    private static IEnumerable<(object? Key, object? Value)> Numbers(long count)
    {
        for (nint i = 0; i < count; i++)
        {
            yield return (i, i);
        }
    }
}
