using System.Buffers;

namespace AuthProxy.Rules;

/// <summary>Splits a raw request target into its parts and refuses what has more than one reading.</summary>
internal static class TargetParser
{
    private static readonly SearchValues<char> Printable =
        SearchValues.Create("!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> AuthorityCharacters =
        SearchValues.Create("-._~:[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static TargetOutcome Parse(string raw, TargetOptions options)
    {
        var unfit = raw.AsSpan().IndexOfAnyExcept(Printable);
        if (unfit >= 0)
        {
            return Unprintable(raw[unfit]);
        }

        if (raw.StartsWith('/'))
        {
            return ParsePath(null, null, raw, 0, options);
        }

        var scheme = SchemeOf(raw);
        return scheme is null
            ? new TargetOutcome.Malformed(TargetFault.Form, "the request target is neither a path nor an http address")
            : ParseAbsolute(scheme, raw, options);
    }

    private static string? SchemeOf(string raw) =>
        raw.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http"
        : raw.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https"
        : null;

    private static TargetOutcome ParseAbsolute(string scheme, string raw, TargetOptions options)
    {
        var start = scheme.Length + "://".Length;
        var length = raw.AsSpan(start).IndexOfAny('/', '?', '\\');
        var end = length < 0 ? raw.Length : start + length;
        var authority = raw[start..end];
        if (authority.Contains('@'))
        {
            return new TargetOutcome.Malformed(TargetFault.UserInformation, "the request target's authority carries user information");
        }

        if (authority.Length == 0 || authority.AsSpan().ContainsAnyExcept(AuthorityCharacters))
        {
            return new TargetOutcome.Malformed(TargetFault.Authority, "the request target's authority is no host name");
        }

        // An absolute form may leave out the root's slash (RFC 9112, section 3.2.2); the upstream gets it.
        return end < raw.Length && raw[end] is '/' or '\\'
            ? ParsePath(scheme, authority, raw, end, options)
            : ParsePath(scheme, authority, "/" + raw[end..], 0, options);
    }

    private static TargetOutcome ParsePath(string? scheme, string? authority, string raw, int start, TargetOptions options)
    {
        var question = raw.IndexOf('?', start);
        var end = question < 0 ? raw.Length : question;
        var path = start == 0 && end == raw.Length ? raw : raw[start..end];
        var query = question < 0 ? "" : raw[question..];

        // A query is forwarded as it came and never matched: nothing in it needs one meaning here.
        return TargetPath.Read(path, options) switch
        {
            { Fault: { } fault } => fault,
            var read => new TargetOutcome.Canonical(new CanonicalTarget(scheme, authority, read.Path, query, read.MatchPath)),
        };
    }

    private static TargetOutcome.Malformed Unprintable(char character) => character switch
    {
        '#' => new(TargetFault.Fragment, "the request target holds a fragment"),
        > '\x7f' => new(TargetFault.NotAscii, "the request target holds a character outside ASCII"),
        _ => new(TargetFault.ControlCharacter, "the request target holds a blank or control character"),
    };
}
