namespace AuthProxy.Rules.Patterns;

/// <summary>The segments of a decoded path, one after the other, without allocating. Empty ones (a trailing slash) are passed over.</summary>
internal ref struct PathWalk
{
    private ReadOnlySpan<char> _rest;

    public PathWalk(ReadOnlySpan<char> path) => _rest = path;

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>What follows the current segment.</summary>
    public readonly ReadOnlySpan<char> Rest => _rest;

    public bool MoveNext()
    {
        _rest = _rest.TrimStart('/');
        if (_rest.IsEmpty)
        {
            return false;
        }

        var end = _rest.IndexOf('/');
        Current = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[end..];
        return true;
    }
}
