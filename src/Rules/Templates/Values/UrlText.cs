using System.Text;

namespace AuthProxy.Rules.Templates.Values;

/// <summary>An address in its parts, path and fragment decoded.</summary>
internal sealed record UrlText(string Scheme, string Opaque, string User, string Host, string Path, string Query, string Fragment)
{
    /// <summary>Null where the text is no address.</summary>
    public static UrlText? TryParse(string text)
    {
        if (text.Any(character => character < ' ' || character == '\x7f'))
        {
            return null;
        }

        var (rest, fragment) = Cut(text, '#');
        (rest, var query) = Cut(rest, '?');
        var scheme = SchemeOf(rest);
        rest = scheme.Length > 0 ? rest[(scheme.Length + 1)..] : rest;
        if (scheme.Length > 0 && !rest.StartsWith('/') && rest.Length > 0)
        {
            return new UrlText(scheme.ToLowerInvariant(), rest, "", "", "", query, Decode(fragment) ?? "");
        }

        var authority = "";
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            authority = rest[2..(slash < 0 ? rest.Length : slash)];
            rest = slash < 0 ? "" : rest[slash..];
        }

        var at = authority.LastIndexOf('@');
        var (user, host) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        return IsHost(host) && Decode(rest) is { } path && Decode(fragment) is { } decoded
            ? new UrlText(scheme.ToLowerInvariant(), "", user, host, path, query, decoded)
            : null;
    }

    public override string ToString()
    {
        var text = new StringBuilder(Scheme);
        text.Append(Scheme.Length > 0 ? ":" : "");
        if (Opaque.Length > 0)
        {
            text.Append(Opaque);
        }
        else
        {
            text.Append(Host.Length > 0 || User.Length > 0 || (Scheme.Length > 0 && Path.Length > 0) ? "//" : "");
            text.Append(User).Append(User.Length > 0 ? "@" : "").Append(Host);
            text.Append(Path.Length > 0 && Path[0] != '/' && Host.Length > 0 ? "/" : "").Append(PathEncoding.Encode(Path));
        }

        text.Append(Query.Length > 0 ? "?" : "").Append(Query);
        return text.Append(Fragment.Length > 0 ? "#" : "").Append(PathEncoding.Encode(Fragment)).ToString();
    }

    private static (string Before, string Behind) Cut(string text, char mark) =>
        text.IndexOf(mark) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");

    private static string SchemeOf(string text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && char.IsAsciiLetter(text[0]) && text.Take(colon).All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.')
            ? text[..colon]
            : "";
    }

    private static bool IsHost(string host) =>
        host.All(character => character > ' ' && character is not ('<' or '>' or '"' or '%' or '\\' or '^' or '`' or '{' or '|' or '}'))
        && (UrlHost.Split(host).Port.Length > 0 || host.EndsWith(']') || host.Count(':') <= 1 && (!host.Contains(':') || host.EndsWith(':')));

    /// <summary>Null where an escape is invalid.</summary>
    private static string? Decode(string text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return null;
            }
        }

        return Uri.UnescapeDataString(text);
    }
}
