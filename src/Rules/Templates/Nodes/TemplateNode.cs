using AuthProxy.Rules.Templates.Expressions;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Nodes;

/// <summary>How a rendering goes on behind a node.</summary>
internal enum Flow
{
    Next,
    Continue,
    Break,

    /// <summary>The rendering has failed.</summary>
    Failed,
}

/// <summary>Literal text, or an action. Rendering is a walk over these.</summary>
internal abstract class TemplateNode
{
    public abstract Flow Render(RenderScope scope);

    protected static Flow Outcome(RenderScope scope) => scope.Failed ? Flow.Failed : Flow.Next;
}

/// <summary>Text of the template itself.</summary>
internal sealed class TextNode(string text) : TemplateNode
{
    public string Text => text;

    public override Flow Render(RenderScope scope)
    {
        if (scope.Charge(1))
        {
            scope.Output.WriteLiteral(text, scope);
        }

        return Outcome(scope);
    }
}

/// <summary><c>{{ x }}</c></summary>
internal sealed class WriteNode(TemplateExpression value) : TemplateNode
{
    public TemplateExpression Value => value;

    public override Flow Render(RenderScope scope)
    {
        var evaluated = value.Evaluate(scope);
        if (!scope.Failed && scope.Charge(1))
        {
            scope.Output.WriteValue(evaluated is null ? GoText.NoValue : GoText.Of(evaluated, scope), scope);
        }

        return Outcome(scope);
    }
}

/// <summary><c>{{ $x := y }}</c> and <c>{{ $x = y }}</c></summary>
internal sealed class AssignNode(int slot, TemplateExpression value) : TemplateNode
{
    public override Flow Render(RenderScope scope)
    {
        scope.Variables[slot] = value.Evaluate(scope);
        scope.Charge(1);
        return Outcome(scope);
    }
}

/// <summary>Nodes one after the other.</summary>
internal sealed class BlockNode(IReadOnlyList<TemplateNode> nodes) : TemplateNode
{
    public static readonly BlockNode Empty = new([]);

    public IReadOnlyList<TemplateNode> Nodes => nodes;

    public override Flow Render(RenderScope scope)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Render(scope) is var flow and not Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}

/// <summary><c>{{ break }}</c> and <c>{{ continue }}</c></summary>
internal sealed class LeaveNode(Flow flow) : TemplateNode
{
    public override Flow Render(RenderScope scope) => flow;
}
