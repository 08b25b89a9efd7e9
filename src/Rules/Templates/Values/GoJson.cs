using System.Globalization;
using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>Writes values as Go's JSON: sorted names, its numbers, its escapes.</summary>
/// <param name="text">Where to.</param>
/// <param name="scope">Who asked; fails where the value is no JSON, too deep or too long.</param>
internal sealed class GoJson(StringBuilder text, RenderScope scope)
{
    /// <summary>Whether angle brackets and ampersands are escaped, as they are unless somebody asks for raw JSON.</summary>
    public bool EscapesHtml { get; init; } = true;

    /// <summary>Whether every member has a line of its own.</summary>
    public bool Indents { get; init; }

    /// <summary>Whether the value holds something that JSON cannot say; Go then writes nothing.</summary>
    public bool HasNoJson { get; private set; }

    public void Write(object? value, int depth = 0)
    {
        if (!scope.MayGoOn(text.Length, depth))
        {
            return;
        }

        switch (value)
        {
            case null or GoList { IsNil: true } or GoMap { IsNil: true }:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case string held:
                WriteText(held);
                break;
            case double number:
                HasNoJson |= !double.IsFinite(number);
                text.Append(GoFloat.Json(number));
                break;
            case GoTime time:
                WriteText(GoTimeLayout.Format(time.Moment, "2006-01-02T15:04:05.999999999Z07:00"));
                break;
            case GoList list:
                WriteAll('[', ']', depth, list.Items, item => Write(item, depth + 1));
                break;
            case GoMap map:
                WriteAll('{', '}', depth, map.Names, name => WriteMember(name, map.Get(name), depth));
                break;
            case IGoStruct structure:
                WriteAll('{', '}', depth, structure.Fields(scope), field => WriteMember(field.Name, field.Value, depth));
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
        }
    }

    /// <summary>The text inside of quotation marks; what is inside stays inside.</summary>
    public static void AppendEscaped(StringBuilder text, string held, bool escapesHtml)
    {
        foreach (var character in JsonText.Valid(held))
        {
            switch (character)
            {
                case '"' or '\\':
                    text.Append('\\').Append(character);
                    break;
                case '\n' or '\r' or '\t':
                    text.Append('\\').Append(character == '\n' ? 'n' : character == '\r' ? 'r' : 't');
                    break;
                case < ' ' or '\u2028' or '\u2029':
                case '<' or '>' or '&' when escapesHtml:
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }
    }

    private void WriteText(string held)
    {
        text.Append('"');
        AppendEscaped(text, held, EscapesHtml);
        text.Append('"');
    }

    private void WriteMember(string name, object? value, int depth)
    {
        WriteText(name);
        text.Append(Indents ? ": " : ":");
        Write(value, depth + 1);
    }

    private void WriteAll<T>(char opening, char closing, int depth, IEnumerable<T> items, Action<T> write)
    {
        text.Append(opening);
        var any = false;
        foreach (var item in items)
        {
            text.Append(any ? "," : "");
            any = true;
            BreakLine(depth + 1);
            write(item);
            if (scope.Failed)
            {
                return;
            }
        }

        if (any)
        {
            BreakLine(depth);
        }

        text.Append(closing);
    }

    private void BreakLine(int depth)
    {
        if (Indents)
        {
            text.Append('\n').Append(' ', 2 * depth);
        }
    }
}
