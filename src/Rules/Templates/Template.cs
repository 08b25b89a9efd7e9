using System.Text;

namespace AuthProxy.Rules.Templates;

/// <summary>
/// The part of Go's templates that rules use, compiled when they load: <c>{{ print .Subject }}</c>, <c>{{ .Extra.a.b }}</c>,
/// <c>{{ index .MatchContext.RegexpCaptureGroups 0 }}</c>, <c>{{ index .Extra "a.b" }}</c>, <c>printIndex</c>, <c>| join ","</c>.
/// </summary>
public sealed class Template
{
    private readonly IReadOnlyList<TemplatePart> _parts;

    private Template(string text, IReadOnlyList<TemplatePart> parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>Null where the text is no template of this subset; then <paramref name="fault"/> says why.</summary>
    /// <param name="text">The template.</param>
    /// <param name="fault">Why it cannot be used; empty where it can.</param>
    /// <param name="context">Where the rendered text goes.</param>
    public static Template? TryParse(string text, out string fault, TemplateContext context = TemplateContext.Header) =>
        TemplateReader.Read(text, out fault) is { } parts ? new Template(text, parts) : null;

    /// <summary>Fills the template in. A line break would end a header, so a control character fails the whole text.</summary>
    public TemplateOutcome Render(TemplateValues values)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            if (part.Render(values, text) is { } why)
            {
                return new TemplateOutcome.Failed(why);
            }
        }

        var rendered = text.ToString();
        return rendered.Any(char.IsControl)
            ? new TemplateOutcome.Failed("the text holds a control character")
            : new TemplateOutcome.Rendered(rendered);
    }
}

/// <summary>Literal text, or one action with its pipeline.</summary>
/// <param name="Literal">The text; null for an action.</param>
/// <param name="Action">What stands between the braces; null for text.</param>
internal sealed record TemplatePart(string? Literal, TemplateExpression? Action)
{
    /// <summary>Appends the part; gives back why it cannot.</summary>
    public string? Render(TemplateValues values, StringBuilder text)
    {
        if (Action is null)
        {
            text.Append(Literal);
            return null;
        }

        var (value, fault) = Action.Evaluate(values);
        if (fault is null)
        {
            GoText.Append(value, text);
        }

        return fault;
    }
}
