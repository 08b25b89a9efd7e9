namespace AuthProxy.Rules.Patterns;

/// <summary>The segments of a decoded path, one after the other, without allocating. Empty ones (a trailing slash) are passed over.</summary>
internal ref struct PathWalk
{
    private ReadOnlySpan<char> rest;

    public PathWalk(ReadOnlySpan<char> path) => rest = path;

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>What follows the current segment.</summary>
    public readonly ReadOnlySpan<char> Rest => rest;

    public bool MoveNext()
    {
        rest = rest.TrimStart('/');
        if (rest.IsEmpty)
        {
            return false;
        }

        var end = rest.IndexOf('/');
        Current = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[end..];
        return true;
    }
}
