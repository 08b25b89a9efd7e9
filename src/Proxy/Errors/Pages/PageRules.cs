using System.Collections.Frozen;

namespace AuthProxy.Proxy.Errors.Pages;

/// <summary>
/// What a template may hold. A page of the login is worth more to an attacker than any other: nothing in it runs, nothing comes from
/// elsewhere, nothing goes elsewhere by itself. And everybody can read it: it says its language and title, and images say what they show.
/// </summary>
internal static class PageRules
{
    private static readonly FrozenSet<string> Elements = new[]
    {
        "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "nav", "section", "article", "aside", "div", "span", "p", "h1", "h2", "h3",
        "a", "form", "button", "img", "br", "hr", "strong", "em", "b", "i", "small", "code", "pre", "ul", "ol", "li", "dl", "dt", "dd", "abbr", "figure", "figcaption", "blockquote",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Attributes = new[]
    {
        "lang", "dir", "charset", "name", "content", "class", "id", "href", "rel", "method", "action", "type", "src", "alt", "width", "height", "title", "role", "translate", "autofocus",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What is wrong with a start tag; null where nothing is.</summary>
    public static string? Objection(HtmlToken.StartTag tag, PageKind kind)
    {
        if (!Elements.Contains(tag.Name))
        {
            return $"<{tag.Name}> cannot stand in a page of the login";
        }

        return tag.Attributes.Select(attribute => Objection(tag, attribute)).FirstOrDefault(objection => objection is not null) ?? tag.Name switch
        {
            "html" when tag.Find("lang") is not { Value.Length: >= 2 } => "<html> says no language; write lang=\"en\", or what it is",
            "img" when tag.Find("alt") is null => "<img> has no alt; say what it shows, or alt=\"\" where it shows nothing",
            "form" when tag.Find("action")?.Value != "{{action_url}}" || !IsPost(tag) => "<form> goes elsewhere; write method=\"post\" action=\"{{action_url}}\"",
            "form" when !kind.HasForm => "<form> stands in a page that has nothing to send; write a link",
            "a" when kind.HasForm && tag.Find("href")?.Value == "{{action_url}}" => "<a> would sign nobody out; write a form with method=\"post\"",
            _ => null,
        };
    }

    /// <summary>What the page as a whole lacks.</summary>
    public static IEnumerable<string> Missing(IReadOnlyList<HtmlToken> tokens, IReadOnlySet<string> used, PageKind kind)
    {
        var tags = tokens.OfType<HtmlToken.StartTag>().ToList();
        foreach (var name in (string[])["html", "title", "main", "h1"])
        {
            if (tags.Count(tag => tag.Name == name) != 1)
            {
                yield return $"needs <{name}> exactly once";
            }
        }

        if (!tags.Exists(tag => tag.Name == "meta" && tag.Find("charset") is { } charset && charset.Value.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            yield return "needs <meta charset=\"utf-8\">";
        }

        foreach (var placeholder in kind.Required.Where(placeholder => !used.Contains(placeholder)))
        {
            yield return $"needs {{{{{placeholder}}}}}";
        }
    }

    private static string? Objection(HtmlToken.StartTag tag, HtmlAttribute attribute) => attribute.Name switch
    {
        "style" => "style attributes have no effect here; write a class, and its rules into <style>",
        _ when attribute.Name.StartsWith("aria-", StringComparison.Ordinal) => null,
        _ when !Attributes.Contains(attribute.Name) => $"{attribute.Name} cannot stand in a page of the login",
        "href" when tag.Name != "a" || !IsTarget(attribute.Value) => "href goes elsewhere; write {{action_url}}, an https or mailto address, or a path of this host",
        "src" when tag.Name != "img" => "src cannot stand here",
        "action" when tag.Name != "form" => "action cannot stand here",
        _ => null,
    };

    private static bool IsPost(HtmlToken.StartTag form) => string.Equals(form.Find("method")?.Value, "post", StringComparison.OrdinalIgnoreCase);

    private static bool IsTarget(string href) =>
        href == "{{action_url}}"
        || href.StartsWith('#')
        || (href.StartsWith('/') && !href.StartsWith("//", StringComparison.Ordinal) && !href.StartsWith("/\\", StringComparison.Ordinal))
        || href.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
        || href.StartsWith("tel:", StringComparison.OrdinalIgnoreCase);
}
