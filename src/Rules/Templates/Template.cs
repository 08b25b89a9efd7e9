using AuthProxy.Rules.Templates.Nodes;
using AuthProxy.Rules.Templates.Output;
using AuthProxy.Rules.Templates.Syntax;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates;

/// <summary>
/// A Go template as Oathkeeper's rules use it, with sprig's functions, compiled when the rules load. Rendering is a walk over what was
/// compiled: nothing is parsed, and nothing is looked up by name but members of values.
/// </summary>
public sealed class Template
{
    private readonly TemplateProgram _program;
    private readonly TemplateContext _context;

    private Template(string text, TemplateProgram program, TemplateContext context)
    {
        Text = text;
        _program = program;
        _context = context;
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>Null where the text is no template that can be used; then <paramref name="fault"/> says why.</summary>
    /// <param name="text">The template.</param>
    /// <param name="fault">Why it cannot be used; empty where it can.</param>
    /// <param name="context">Where the rendered text goes.</param>
    public static Template? TryParse(string text, out string fault, TemplateContext context = TemplateContext.Header) =>
        TemplateParser.Parse(text, out fault) is { } program ? new Template(text, program, context) : null;

    /// <summary>Fills the template in, encoding what the request brings for where the text goes.</summary>
    public TemplateOutcome Render(TemplateValues values)
    {
        TemplateOutput output = _context == TemplateContext.Json ? new JsonOutput() : new HeaderOutput();
        var scope = new RenderScope(new GoSession(values), output, _program);
        if (_program.Body.Render(scope) is not Flow.Failed && output.Finish(scope) is { } text)
        {
            return new TemplateOutcome.Rendered(text);
        }

        return new TemplateOutcome.Failed(scope.Fault ?? "the template gave no text");
    }
}
