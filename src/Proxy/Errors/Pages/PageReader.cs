using System.Text;
using System.Text.RegularExpressions;
using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>Makes a template of a file, or says with file and line why it cannot be one.</summary>
internal sealed partial class PageReader(string file, PageKind kind, ConfigFaults faults)
{
    private const int MostBytes = 256 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<PageTemplate.Piece> _pieces = [];
    private readonly List<string> _styles = [];
    private readonly HashSet<string> _used = [];
    private readonly StringBuilder _text = new();
    private string _html = "";

    /// <summary>Null, with the faults told, where the file is not as it should be.</summary>
    public static PageTemplate? Read(string file, PageKind kind, ConfigFaults faults)
    {
        try
        {
            return new FileInfo(file).Length > MostBytes
                ? Fault(faults, file, 0, $"is larger than {MostBytes / 1024} KiB")
                : new PageReader(file, kind, faults).Parse(Strict.GetString(File.ReadAllBytes(file)).ReplaceLineEndings("\n"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return Fault(faults, file, 0, fault is DecoderFallbackException ? "is not UTF-8" : $"cannot be read ({fault.GetType().Name})");
        }
    }

    private PageTemplate? Parse(string html)
    {
        var before = faults.Count;
        _html = html;
        var tokens = HtmlTokens.Of(html);
        foreach (var token in tokens)
        {
            Take(token);
        }

        foreach (var missing in PageRules.Missing(tokens, _used, kind))
        {
            Fault(faults, file, 0, missing);
        }

        _pieces.Add(new PageTemplate.Piece(_text.ToString(), null));
        return faults.Count == before ? new PageTemplate(_pieces, _styles) : null;
    }

    private void Take(HtmlToken token)
    {
        var text = _html.Substring(token.At, token.Length);
        switch (token)
        {
            case HtmlToken.Text { IsRaw: false }:
                TakeText(text, token.At);
                return;
            case HtmlToken.StartTag tag:
                TakeTag(tag);
                return;
            case HtmlToken.Fault fault:
                Object(fault.At, fault.Why);
                return;
            case HtmlToken.Text:
                _styles.Add(text);
                break;
        }

        if (text.Contains("{{", StringComparison.Ordinal))
        {
            Object(token.At, "a value can stand in text, or as the whole href of a link or action of a form");
        }

        _text.Append(text);
    }

    private void TakeText(string text, int at)
    {
        var rest = 0;
        foreach (Match match in Placeholder().Matches(text))
        {
            _text.Append(text, rest, match.Index - rest);
            rest = match.Index + match.Length;
            var name = match.Groups[1].Value.Trim();
            if (name == PageKind.ActionUrl)
            {
                Object(at + match.Index, "{{action_url}} is the href of a link or the action of a form, and no text");
            }
            else
            {
                Insert(name, at + match.Index);
            }
        }

        _text.Append(text, rest, text.Length - rest);
    }

    private void TakeTag(HtmlToken.StartTag tag)
    {
        if (PageRules.Objection(tag, kind) is { } objection)
        {
            Object(tag.At, objection);
        }

        var rest = tag.At;
        foreach (var attribute in tag.Attributes)
        {
            if (attribute is { Name: "href" or "action", Value: "{{action_url}}" })
            {
                _text.Append(_html, rest, attribute.At - rest);
                Insert(PageKind.ActionUrl, attribute.At);
                rest = attribute.At + attribute.Value.Length;
            }
            else if (attribute.Value.Contains("{{", StringComparison.Ordinal))
            {
                Object(attribute.At, "a value can stand in text, or as the whole href of a link or action of a form");
            }
            else if (attribute.Name == "src")
            {
                _text.Append(_html, rest, attribute.At - rest).Append(Inline(attribute));
                rest = attribute.At + attribute.Value.Length;
            }
        }

        _text.Append(_html, rest, tag.At + tag.Length - rest);
    }

    private string Inline(HtmlAttribute source)
    {
        if (source.Value.StartsWith("data:image/", StringComparison.Ordinal))
        {
            return source.Value;
        }

        if (PageImage.TryInline(Path.GetDirectoryName(file)!, source.Value, out var address, out var why))
        {
            return address;
        }

        Object(source.At, why);
        return "";
    }

    private void Insert(string name, int at)
    {
        if (!PageKind.Placeholders.Contains(name))
        {
            Object(at, $"{{{{{name}}}}} is no value of a page (known: {string.Join(", ", PageKind.Placeholders.Order(StringComparer.Ordinal))})");
            return;
        }

        _used.Add(name);
        _pieces.Add(new PageTemplate.Piece(_text.ToString(), name));
        _text.Clear();
    }

    private void Object(int at, string why) => Fault(faults, file, 1 + _html.AsSpan(0, at).Count('\n'), why);

    private static PageTemplate? Fault(ConfigFaults faults, string file, int line, string why)
    {
        faults.Add(new ConfigFault(file, line, "", why));
        return null;
    }

    [GeneratedRegex(@"\{\{([^{}]{0,64})\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
