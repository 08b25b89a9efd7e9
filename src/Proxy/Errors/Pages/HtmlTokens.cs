namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>A piece of a template as a browser would take it apart.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Length">How long it is.</param>
internal abstract record HtmlToken(int At, int Length)
{
    /// <summary>Text between tags; <paramref name="IsRaw"/> where the browser reads it as a style.</summary>
    public sealed record Text(int At, int Length, bool IsRaw) : HtmlToken(At, Length);

    /// <summary>A comment or the document type.</summary>
    public sealed record Comment(int At, int Length) : HtmlToken(At, Length);

    public sealed record EndTag(int At, int Length, string Name) : HtmlToken(At, Length);

    public sealed record StartTag(int At, int Length, string Name, IReadOnlyList<HtmlAttribute> Attributes) : HtmlToken(At, Length)
    {
        public HtmlAttribute? Find(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name);
    }

    /// <summary>What no two readers need understand alike; nothing behind it is read.</summary>
    public sealed record Fault(int At, string Why) : HtmlToken(At, 0);
}

/// <param name="Name">In lower case.</param>
/// <param name="Value">Empty where there is none.</param>
/// <param name="At">Where the value begins.</param>
internal sealed record HtmlAttribute(string Name, string Value, int At);

/// <summary>
/// Takes a page apart: only the HTML of which there is no doubt how every browser reads it. Quoted attributes, closed tags and comments;
/// everything else is a fault, so that no value can land where it would be more than text.
/// </summary>
internal sealed class HtmlTokens(string html)
{
    private static readonly System.Buffers.SearchValues<char> Unquoted = System.Buffers.SearchValues.Create("\"'<>=`");

    private int _at;

    public static IReadOnlyList<HtmlToken> Of(string html) => [.. new HtmlTokens(html).Read()];

    private IEnumerable<HtmlToken> Read()
    {
        string? raw = null;
        while (_at < html.Length)
        {
            var token = raw is not null ? ReadRaw(raw) : html[_at] == '<' ? ReadMarkup() : ReadText();
            yield return token;
            if (token is HtmlToken.Fault)
            {
                yield break;
            }

            _at = token.At + token.Length;
            raw = token is HtmlToken.StartTag { Name: "style" } ? "style" : null;
        }
    }

    private HtmlToken.Text ReadText()
    {
        var end = html.IndexOf('<', _at);
        return new HtmlToken.Text(_at, (end < 0 ? html.Length : end) - _at, IsRaw: false);
    }

    private HtmlToken ReadRaw(string name)
    {
        var end = html.IndexOf("</" + name, _at, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? new HtmlToken.Fault(_at, $"is not closed with </{name}>") : new HtmlToken.Text(_at, end - _at, IsRaw: true);
    }

    private HtmlToken ReadMarkup()
    {
        if (Begins("<!--"))
        {
            var end = html.IndexOf("-->", _at + 4, StringComparison.Ordinal);
            return end < 0 || html.AsSpan(_at + 4, end - _at - 4).ContainsAny("<>")
                ? new HtmlToken.Fault(_at, "begins a comment that is not closed with -->, or holds < or >")
                : new HtmlToken.Comment(_at, end + 3 - _at);
        }

        if (Begins("<!doctype html>"))
        {
            return new HtmlToken.Comment(_at, "<!doctype html>".Length);
        }

        var isEnd = Begins("</");
        var nameAt = _at + (isEnd ? 2 : 1);
        var length = LengthOfName(nameAt);
        if (length == 0)
        {
            return new HtmlToken.Fault(_at, "is no tag; write &lt; for the character");
        }

        var name = html.Substring(nameAt, length).ToLowerInvariant();
        return isEnd ? ReadEndTag(name, nameAt + length) : ReadStartTag(name, nameAt + length);
    }

    private HtmlToken ReadEndTag(string name, int behind)
    {
        var end = SkipSpace(behind);
        return end < html.Length && html[end] == '>' ? new HtmlToken.EndTag(_at, end + 1 - _at, name) : new HtmlToken.Fault(_at, $"does not close </{name}> with >");
    }

    private HtmlToken ReadStartTag(string name, int behind)
    {
        var attributes = new List<HtmlAttribute>();
        for (var at = SkipSpace(behind); at < html.Length; at = SkipSpace(at))
        {
            if (html[at] == '>' || html.AsSpan(at).StartsWith("/>"))
            {
                return new HtmlToken.StartTag(_at, at + (html[at] == '>' ? 1 : 2) - _at, name, attributes);
            }

            if (ReadAttribute(ref at) is not { } attribute)
            {
                return new HtmlToken.Fault(at, $"is no attribute of <{name}>; write name=\"value\"");
            }

            if (attributes.Exists(known => known.Name == attribute.Name))
            {
                return new HtmlToken.Fault(at, $"is a second {attribute.Name} of <{name}>");
            }

            attributes.Add(attribute);
        }

        return new HtmlToken.Fault(_at, $"does not close <{name}> with >");
    }

    private HtmlAttribute? ReadAttribute(ref int at)
    {
        var length = LengthOfName(at);
        if (length == 0)
        {
            return null;
        }

        var name = html.Substring(at, length).ToLowerInvariant();
        var behind = SkipSpace(at + length);
        if (behind >= html.Length || html[behind] != '=')
        {
            at += length;
            return new HtmlAttribute(name, "", at);
        }

        var quoteAt = SkipSpace(behind + 1);
        var quote = quoteAt < html.Length ? html[quoteAt] : ' ';
        var end = quote is '"' or '\'' ? html.IndexOf(quote, quoteAt + 1) : EndOfUnquoted(quoteAt);
        if (end < 0)
        {
            return null;
        }

        var valueAt = quote is '"' or '\'' ? quoteAt + 1 : quoteAt;
        at = quote is '"' or '\'' ? end + 1 : end;
        return new HtmlAttribute(name, html[valueAt..end], valueAt);
    }

    /// <summary>An unquoted value of letters and the like ends where everybody agrees; with a placeholder in it nobody would.</summary>
    private int EndOfUnquoted(int at)
    {
        var end = at;
        while (end < html.Length && !char.IsWhiteSpace(html[end]) && html[end] != '>')
        {
            if (Unquoted.Contains(html[end]) || html[end] is '{' or '/')
            {
                return -1;
            }

            end++;
        }

        return end > at ? end : -1;
    }

    private bool Begins(string text) => html.AsSpan(_at).StartsWith(text, StringComparison.OrdinalIgnoreCase);

    private int LengthOfName(int at)
    {
        var end = at;
        while (end < html.Length && (char.IsAsciiLetterOrDigit(html[end]) || (end > at && html[end] is '-' or ':' or '_')))
        {
            end++;
        }

        return end - at;
    }

    private int SkipSpace(int at)
    {
        while (at < html.Length && html[at] is ' ' or '\n' or '\t')
        {
            at++;
        }

        return at;
    }
}
