using System.Diagnostics.CodeAnalysis;
using AuthProxy.Proxy.Matching;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Mutation;

/// <summary>A template under the name of what it fills in: a header, a cookie, a key of the handler's settings. Compiled when the rule loads, for that rule alone.</summary>
/// <param name="Name">What it fills in.</param>
/// <param name="Template">The template.</param>
internal readonly record struct NamedTemplate(string Name, Template Template)
{
    /// <summary>Null, with the fault told, where the text is no template.</summary>
    /// <param name="preparation">Where the fault goes.</param>
    /// <param name="name">What it fills in.</param>
    /// <param name="text">The template as written.</param>
    /// <param name="what">What <paramref name="name"/> is, for the fault: <c>header</c>.</param>
    /// <param name="context">Where the rendered text goes.</param>
    public static NamedTemplate? Compile(HandlerPreparation preparation, string name, string text, string what, TemplateContext context = TemplateContext.Header)
    {
        if (Template.TryParse(text, out var fault, context) is { } template)
        {
            return new NamedTemplate(name, template);
        }

        preparation.Fault($"sets {what} {name} by a template that cannot be used: {fault}");
        return null;
    }

    /// <summary>All of them in the order in which they were written; null, with the faults told, where any is no template.</summary>
    public static IReadOnlyList<NamedTemplate>? CompileAll(HandlerPreparation preparation, IReadOnlyDictionary<string, string> texts, string what)
    {
        var compiled = texts.Select(text => Compile(preparation, text.Key, text.Value, what)).ToList();
        return compiled.Contains(null) ? null : [.. compiled.Select(template => template!.Value)];
    }

    /// <summary>False where the request lacks what the template needs; <paramref name="why"/> begins with the name and holds no value.</summary>
    public bool TryRender(TemplateValues values, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? why)
    {
        var outcome = Template.Render(values);
        text = (outcome as TemplateOutcome.Rendered)?.Text;
        why = text is not null ? null : $"{Name}: {(outcome is TemplateOutcome.Failed failed ? failed.Why : "the template gave no answer")}";
        return text is not null;
    }
}
