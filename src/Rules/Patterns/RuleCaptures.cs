namespace AuthProxy.Rules.Patterns;

/// <summary>What a rule's pattern captured of one request; a request that nobody asks about costs nothing.</summary>
public readonly struct RuleCaptures
{
    private readonly RulePattern? _pattern;
    private readonly RequestFacts _facts;

    internal RuleCaptures(RulePattern pattern, in RequestFacts facts)
    {
        _pattern = pattern;
        _facts = facts;
    }

    /// <summary>
    /// All captures in order, percent-decoded; a group that took no part is empty. False where the pattern did not come
    /// to an answer in time: the request must be refused.
    /// </summary>
    public bool TryReadAll(out IReadOnlyList<string> captures)
    {
        var read = _pattern is null ? [] : _pattern.ReadCaptures(in _facts);
        captures = read ?? [];
        return read is not null;
    }

    /// <summary>The capture of that name, percent-decoded; null where the pattern has none.</summary>
    public string? Named(string name)
    {
        if (_pattern is null)
        {
            return null;
        }

        for (var i = 0; i < _pattern.CaptureNames.Count; i++)
        {
            if (_pattern.CaptureNames[i] == name)
            {
                return _pattern.ReadCaptures(in _facts)?[i];
            }
        }

        return null;
    }
}
