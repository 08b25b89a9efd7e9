using System.Text;
using AuthProxy.Rules.Templates.Values;

namespace AuthProxy.Rules.Templates.Output;

/// <summary>
/// A JSON text whose structure only the template decides. Literal text moves the position; what an action makes is escaped inside of
/// quotation marks, and has to be one whole value outside of them.
/// </summary>
internal sealed class JsonOutput : TemplateOutput
{
    private readonly StringBuilder _text = new(256);
    private JsonPosition _position;
    private bool _isBehindValue;

    public override void WriteLiteral(string text, RenderScope scope)
    {
        if (_position == JsonPosition.Outside && _isBehindValue && !Separate(text, scope))
        {
            return;
        }

        Append(text, scope);
        _position = _position.After(text);
        _isBehindValue &= text.Length == 0;
    }

    public override void WriteValue(string text, RenderScope scope)
    {
        if (scope.IsOfTemplate(text))
        {
            WriteLiteral(text, scope);
            return;
        }

        switch (_position)
        {
            case JsonPosition.Inside:
                GoJson.AppendEscaped(_text, text, escapesHtml: false);
                Append("", scope);
                break;
            case JsonPosition.Outside when text.Length == 0:
                break;
            case JsonPosition.Outside when JsonCheck.IsOneValue(text):
                if (Separate(text, scope))
                {
                    Append(text, scope);
                    _isBehindValue = true;
                }

                break;
            case JsonPosition.Outside:
                scope.Fail("an action outside of quotation marks gave something else than one JSON value; write quotation marks around it, or '| toJson'");
                break;
            default:
                scope.Fail("an action stands inside of an escape");
                break;
        }
    }

    public override string? Finish(RenderScope scope)
    {
        var text = JsonText.Valid(_text.ToString());
        return JsonCheck.Fault(text) is { } fault ? (string?)scope.Fail(fault) : text;
    }

    private void Append(string text, RenderScope scope)
    {
        _text.Append(text);
        if (_text.Length > TemplateLimits.TextLength)
        {
            scope.Fail("the text becomes too long");
        }
    }

    // Two numbers side by side would be read as a third that nobody wrote.
    private bool Separate(string text, RenderScope scope)
    {
        if (_text.Length == 0 || text.Length == 0 || !IsOfWord(_text[^1]) || !IsOfWord(text[0]))
        {
            return true;
        }

        scope.Fail("an action outside of quotation marks touches a number or word");
        return false;
    }

    private static bool IsOfWord(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '+' or '.';
}
