namespace AuthProxy.Rules.Patterns;

/// <summary>
/// A path pattern of our form: literal segments, <c>{name}</c> and <c>*</c> for one segment, <c>/**</c> at the end for the
/// place itself and everything below.
/// </summary>
/// <remarks>
/// Literals are compared without case, and a trailing slash makes no difference: many servers serve <c>/Admin/</c> as
/// <c>/admin</c>, so a pattern that told them apart would be a way around its rule. What is forwarded stays as it came.
/// </remarks>
internal sealed class PathPattern
{
    private PathPattern(IReadOnlyList<PathSegment> segments, bool subtree)
    {
        Segments = segments;
        Subtree = subtree;
        CaptureNames = [.. segments.Where(segment => segment.Name is not null).Select(segment => segment.Name!)];
    }

    public IReadOnlyList<PathSegment> Segments { get; }

    /// <summary>Whether everything below matches as well.</summary>
    public bool Subtree { get; }

    public IReadOnlyList<string> CaptureNames { get; }

    /// <summary>Null where the text is no pattern; then <paramref name="fault"/> says why.</summary>
    public static PathPattern? TryParse(string text, out string fault)
    {
        if (!text.StartsWith('/'))
        {
            fault = "must begin with a slash";
            return null;
        }

        var parts = text[1..].Split('/').ToList();
        if (parts.Count > 0 && parts[^1].Length == 0)
        {
            parts.RemoveAt(parts.Count - 1);
        }

        var subtree = parts is [.., "**"];
        var segments = new List<PathSegment>(parts.Count);
        foreach (var part in subtree ? parts.SkipLast(1) : parts)
        {
            if (PathSegment.TryParse(part, out fault) is not { } segment)
            {
                return null;
            }

            if (segment.Name is not null && segments.Exists(other => other.Name == segment.Name))
            {
                fault = $"captures '{segment.Name}' twice";
                return null;
            }

            segments.Add(segment);
        }

        fault = "";
        return new PathPattern(segments, subtree);
    }

    public bool Matches(string matchPath)
    {
        var path = new PathWalk(matchPath);
        foreach (var segment in Segments)
        {
            if (!path.MoveNext() || !segment.Matches(path.Current))
            {
                return false;
            }
        }

        return Subtree || !path.MoveNext();
    }

    /// <summary>How many segments of a path fit, from the front.</summary>
    public int CountMatching(string matchPath)
    {
        var path = new PathWalk(matchPath);
        var matching = 0;
        while (matching < Segments.Count && path.MoveNext() && Segments[matching].Matches(path.Current))
        {
            matching++;
        }

        return matching;
    }

    /// <summary>Where a path leaves the pattern, as a sentence; null where it matches.</summary>
    public string? WhyNot(string matchPath)
    {
        var path = new PathWalk(matchPath);
        foreach (var (index, segment) in Segments.Index())
        {
            if (!path.MoveNext())
            {
                return $"the path ends where the pattern has '{segment}'";
            }

            if (!segment.Matches(path.Current))
            {
                return $"the path has '{Shown(path.Current)}' as segment {index + 1}, where the pattern has '{segment}'";
            }
        }

        return Subtree || !path.MoveNext() ? null : $"the path goes on with '{Shown(path.Current)}' where the pattern ends";
    }

    private static string Shown(ReadOnlySpan<char> segment) => segment.ToString().Replace(CanonicalTarget.EncodedSlash.ToString(), "%2F", StringComparison.Ordinal);

    /// <summary>The captures of a path that matches.</summary>
    public IReadOnlyList<string> Capture(string matchPath)
    {
        if (CaptureNames.Count == 0)
        {
            return [];
        }

        var captures = new List<string>(CaptureNames.Count);
        var path = new PathWalk(matchPath);
        foreach (var segment in Segments)
        {
            path.MoveNext();
            if (segment.Name is not null)
            {
                captures.Add(path.Current.ToString().Replace(CanonicalTarget.EncodedSlash, '/'));
            }
        }

        return captures;
    }
}
