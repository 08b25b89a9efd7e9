using System.Text;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Output;

/// <summary>One line of a header. A single text is passed on as it is: the usual template copies nothing.</summary>
internal sealed class HeaderOutput : TemplateOutput
{
    private string _only = "";
    private StringBuilder? _text;

    public override void WriteLiteral(string text, RenderScope scope) => WriteValue(text, scope);

    public override void WriteValue(string text, RenderScope scope)
    {
        if ((_text?.Length ?? _only.Length) + text.Length > TemplateLimits.HeaderLength)
        {
            scope.Fail("the text becomes too long for a header");
        }
        else if (_text is not null)
        {
            _text.Append(text);
        }
        else if (_only.Length == 0)
        {
            _only = text;
        }
        else if (text.Length > 0)
        {
            _text = new StringBuilder(_only, Math.Max(64, 2 * (_only.Length + text.Length))).Append(text);
        }
    }

    // A line break would end the header, and begin another.
    public override string? Finish(RenderScope scope)
    {
        var text = JsonText.Valid(_text?.ToString() ?? _only);
        return text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')
            ? (string?)scope.Fail("the text holds a control character")
            : text;
    }
}
