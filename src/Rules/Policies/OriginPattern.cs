using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using AuthProxy.Rules.Patterns;

namespace AuthProxy.Rules.Policies;

/// <summary>Origins (RFC 6454) that a policy names: one, or those of every host below a name. Scheme and port always count.</summary>
/// <param name="Start">The whole origin, or what stands before the host.</param>
/// <param name="End">What a host below the name ends in, the dot before the name included; empty for one origin alone.</param>
internal readonly record struct OriginPattern(string Start, string End)
{
    private const string Scheme = "://";

    // Sandboxed frames, files and redirects all call themselves so: whoever writes it means everybody, and has to write it.
    private const string Opaque = "null";

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("+-.0123456789abcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("-._0123456789abcdefghijklmnopqrstuvwxyz");

    /// <summary>Browsers write origins in lower case and without the scheme's own port.</summary>
    public bool Matches(string origin)
    {
        if (End.Length == 0)
        {
            return origin == Start;
        }

        if (origin.Length <= Start.Length + End.Length || !origin.StartsWith(Start, StringComparison.Ordinal) || !origin.EndsWith(End, StringComparison.Ordinal))
        {
            return false;
        }

        // Between scheme and name stand whole labels and nothing else: no path, user information or port.
        var labels = origin.AsSpan(Start.Length, origin.Length - Start.Length - End.Length);
        return labels[0] != '.' && labels[^1] != '.' && !labels.Contains("..", StringComparison.Ordinal) && !labels.ContainsAnyExcept(LabelCharacters);
    }

    public static bool TryParse(string text, out OriginPattern pattern, [NotNullWhen(false)] out string? fault)
    {
        pattern = new OriginPattern(text, "");
        fault = null;
        if (text == Opaque)
        {
            return true;
        }

        var written = text.ToLowerInvariant();
        var end = written.IndexOf(Scheme, StringComparison.Ordinal);
        if (end < 1 || written.AsSpan(0, end).ContainsAnyExcept(SchemeCharacters))
        {
            fault = "is no origin; write scheme and host, such as https://app.example.com";
            return false;
        }

        var start = written[..(end + Scheme.Length)];
        var below = written.AsSpan(start.Length).StartsWith("*.");
        if (!TryReadHost(written[(start.Length + (below ? 2 : 0))..], written[..end], out var name, out var port, out fault))
        {
            return false;
        }

        if (below && !name.Contains('.', StringComparison.Ordinal) && name != "localhost")
        {
            fault = "is for every host of a top-level domain, most of them somebody else's";
            return false;
        }

        pattern = below ? new OriginPattern(start, $".{name}{port}") : new OriginPattern($"{start}{name}{port}", "");
        return true;
    }

    private static bool TryReadHost(string authority, string scheme, out string name, out string port, [NotNullWhen(false)] out string? fault)
    {
        var colon = authority.LastIndexOf(':');
        (name, port) = colon > authority.LastIndexOf(']') ? (authority[..colon], authority[colon..]) : (authority, "");
        fault = HostPattern.TryParse(name, out var why) is null || name.StartsWith("*.", StringComparison.Ordinal) ? $"{(why.Length > 0 ? why : "is no host name")}; nothing may stand behind host and port"
            : port.Length > 0 && !ushort.TryParse(port.AsSpan(1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _) ? "has a port that is none"
            : null;
        if ((scheme, port) is ("https", ":443") or ("http", ":80"))
        {
            port = "";
        }

        return fault is null;
    }
}
