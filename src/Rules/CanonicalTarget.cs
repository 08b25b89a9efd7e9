namespace AuthProxy.Rules;

/// <summary>
/// The request target, parsed once: the only source for matching, templates and the upstream. What was matched goes upstream
/// byte for byte.
/// </summary>
public sealed class CanonicalTarget
{
    /// <summary>Stands for an encoded slash in <see cref="MatchPath"/>; cannot occur otherwise, because NUL is refused.</summary>
    internal const char EncodedSlash = '\0';

    internal CanonicalTarget(string? scheme, string? authority, string path, string query, string matchPath)
    {
        Scheme = scheme;
        Authority = authority;
        Path = path;
        Query = query;
        MatchPath = matchPath;
        HasEncodedSlash = matchPath.Contains(EncodedSlash);
        DecodedPath = HasEncodedSlash ? matchPath.Replace(EncodedSlash, '/') : matchPath;
    }

    /// <summary>The absolute form's scheme in lower case; null for the origin form.</summary>
    public string? Scheme { get; }

    /// <summary>The absolute form's authority as sent; null for the origin form. It must agree with <c>Host</c>.</summary>
    public string? Authority { get; }

    /// <summary>The path exactly as it goes upstream, beginning with a slash; percent-encoding as received.</summary>
    public string Path { get; }

    /// <summary>The query exactly as it goes upstream, with its question mark; empty without one. It never takes part in matching.</summary>
    public string Query { get; }

    /// <summary>The path percent-decoded once; what Oathkeeper's patterns and templates see.</summary>
    public string DecodedPath { get; }

    /// <summary>Whether a segment holds a slash in encoded form, which only rules that opted in accept.</summary>
    public bool HasEncodedSlash { get; }

    /// <summary>The decoded path in which every slash separates two segments.</summary>
    internal string MatchPath { get; }

    /// <summary>Reads the raw target of a request line or <c>:path</c>.</summary>
    public static TargetOutcome Parse(string rawTarget, TargetOptions options) => TargetParser.Parse(rawTarget, options);

    /// <summary>
    /// What of <see cref="Path"/> follows a run of leading segments; the whole path where it does not begin with them. They are compared as
    /// matching does, decoded: a client that writes one of them in another spelling must not choose the upstream's path by it.
    /// </summary>
    /// <param name="segments">Decoded segments, each behind a slash, such as <c>/api/v1</c>.</param>
    public ReadOnlySpan<char> PathBehind(string segments)
    {
        if (!MatchPath.StartsWith(segments, StringComparison.OrdinalIgnoreCase) || (MatchPath.Length > segments.Length && MatchPath[segments.Length] != '/'))
        {
            return Path;
        }

        // Each segment of the decoded path is one of the path as received: an encoded slash separates neither.
        var rest = Path.AsSpan();
        for (var left = segments.AsSpan().Count('/'); left > 0; left--)
        {
            var next = rest[1..].IndexOf('/');
            rest = next < 0 ? "/" : rest[(next + 1)..];
        }

        return rest;
    }

    /// <summary>The path and query as they go upstream.</summary>
    public override string ToString() => Path + Query;
}
